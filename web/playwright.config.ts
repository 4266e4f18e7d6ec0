import { defineConfig } from '@playwright/test'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's own browser; none is downloaded. */
function chromium(): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find(runs)
  if (!found) throw new Error('chromium is not on PATH; scripts/setup installs it')
  return found
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  // What is measured is printed, and no part of the tests.
  testMatch: process.env.MEASURE ? '*.measure.ts' : '*.spec.ts',
  outputDir: 'node_modules/.cache/e2e',
  globalSetup: './e2e/clips.ts',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./e2e/summary.ts']],
  use: {
    locale: 'en-US',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'dark',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromium(), args: isRoot ? ['--no-sandbox'] : [] },
  },
})
