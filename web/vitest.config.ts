import { defineConfig, mergeConfig } from 'vitest/config'
import vite from './vite.config.ts'

export default mergeConfig(
  vite,
  defineConfig({
    test: { include: ['src/**/*.test.ts'], environment: 'happy-dom' },
    // Svelte's own code for browsers, not that for servers.
    resolve: { conditions: ['browser'] },
  }),
)
