import { defineConfig, mergeConfig } from 'vitest/config'
import vite from './vite.config.ts'

export default mergeConfig(
  vite,
  defineConfig({
    test: { include: ['src/**/*.test.ts'], environment: 'happy-dom' },
    // Texts are compared with what the server's sources name.
    server: { fs: { allow: ['..'] } },
    // Svelte's own code for browsers, not that for servers.
    resolve: { conditions: ['browser'] },
  }),
)
