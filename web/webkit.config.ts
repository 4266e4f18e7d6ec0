import { defineConfig } from '@playwright/test'

/** What a browser with a player of its own for HLS does: `npm run webkit`, not a part of `make test`. */
export default defineConfig({
  testDir: 'webkit',
  outputDir: 'node_modules/.cache/webkit',
  globalSetup: './e2e/clips.ts',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
})
