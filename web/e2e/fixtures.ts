import { AxeBuilder } from '@axe-core/playwright'
import { expect, test as base, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { Site, PASSWORD, type Caller } from './site'

export { expect, type Page } from '@playwright/test'
export { clip, damaged, film, landscape, onItsSide } from './clips'
export { PASSWORD, type Account, type Caller, type Site, type Video } from './site'

/** A phone, held upright. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

/** The windows in which whatever viewers do is tried. */
export const WINDOWS: [string, BrowserContextOptions][] = [
  ['in a wide window', {}],
  ['on a phone', PHONE],
]

interface Options {
  /** Whether the site's first admin is there. */
  hasAdmin: boolean
}

interface Fixtures {
  site: Site
  /** What the console may say, such as `/status of 409/` where the test provokes a refusal. */
  allowed: RegExp[]
  /** Another window with cookies of its own, watched as `page` is. */
  open: (options?: BrowserContextOptions) => Promise<Page>
}

export const test = base.extend<Options & Fixtures>({
  hasAdmin: [true, { option: true }],

  site: async ({ hasAdmin }, use, info) => {
    const site = new Site()
    try {
      await site.start(hasAdmin)
      await use(site)
    } finally {
      await site.stop()
      if (info.errors.length > 0) console.error(`What the server of “${info.title}” wrote:\n${site.output}`)
    }
  },

  allowed: async ({}, use) => use([]),

  baseURL: async ({ site }, use) => use(site.url),

  page: async ({ page, site, allowed }, use) => {
    const faults = watch(page, site, allowed)
    await use(page)
    expect(faults, 'what the browser complains of').toEqual([])
  },

  open: async ({ browser, site, allowed, contextOptions, locale }, use) => {
    const windows = new Windows(browser, site, allowed, { ...contextOptions, locale, baseURL: site.url })
    await use((options) => windows.open(options))
    await windows.close()
  },
})

class Windows {
  #opened: Page[] = []
  #faults: string[][] = []

  constructor(
    readonly browser: Browser,
    readonly site: Site,
    readonly allowed: RegExp[],
    readonly defaults: BrowserContextOptions,
  ) {}

  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ ...this.defaults, ...options })
    const page = await context.newPage()
    this.#opened.push(page)
    this.#faults.push(watch(page, this.site, this.allowed))
    return page
  }

  async close() {
    for (const page of this.#opened) await page.context().close()
    expect(this.#faults.flat(), 'what the browser complains of').toEqual([])
  }
}

/** Writes down console errors, errors of the page and requests to other hosts. */
function watch(page: Page, site: Site, allowed: RegExp[]): string[] {
  const faults: string[] = []
  const note = (fault: string) => allowed.some((pattern) => pattern.test(fault)) || faults.push(fault)
  page.on('console', (message) => message.type() === 'error' && note(`${message.text()} (${message.location().url})`))
  page.on('pageerror', (error) => note(error.stack || `${error.name}: ${error.message}`))
  page.on('request', (request) => isElsewhere(request.url(), site) && note(`a request to ${request.url()}`))
  return faults
}

function isElsewhere(address: string, site: Site): boolean {
  const { protocol, origin } = new URL(address)
  return /^(https?|wss?):$/.test(protocol) && origin !== site.url
}

/** Gives the window that caller's login, as the login page would. */
export async function logIn(page: Page, caller: Caller, password = PASSWORD) {
  const data = { name: caller.name, password, cookie: true }
  const answer = await page.context().request.post(`${caller.url}/api/v1/sessions`, { data })
  expect(answer.ok(), await answer.text()).toBe(true)
}

/** Language and theme, chosen before the next page loads. */
export function prefer(page: Page, language: 'zh' | 'en', theme: 'light' | 'dark') {
  const choose = ([language, theme]: string[]) => {
    localStorage.setItem('yingku.lang', language ?? '')
    localStorage.setItem('yingku.theme', theme ?? '')
  }
  return page.addInitScript(choose, [language, theme])
}

/** Nothing serious or critical in the page as it stands. */
export async function axe(page: Page, where = page.url()) {
  await atRest(page)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const found = grave.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
  expect(found, `axe on ${where}`).toEqual([])
}

/** Nothing moves any more but what moves for ever. */
export async function atRest(page: Page) {
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(moving.map((animation) => animation.finished))
  })
}

/** The page is no wider than the window. */
export async function fits(page: Page, where = page.url()) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(over, `sideways scrolling on ${where}`).toBeLessThanOrEqual(0)
}

/** The dialog that stands open; closed ones stay in the document. */
export const dialogOf = (page: Page) => page.locator('dialog[open]')

/** What a toast says. */
export const toast = (page: Page, text: string | RegExp) => page.locator('.toast').filter({ hasText: text })
