import { axe, expect, fits, logIn, prefer, test, type Page, type Site } from './fixtures'

/** Each language and each theme once: what fits does not depend on colours, nor contrast on words. */
const LOOKS = [
  ['zh', 'light'],
  ['en', 'dark'],
] as const
const WINDOWS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]
const GUEST_PAGES = ['/', '/login', '/register', '/reset', '/nowhere']

/** A site with one of everything, and what an account may open there. */
async function furnish(site: Site) {
  const viewer = await site.account('viewer', 8_000)
  await site.admin.set('site.footer', '[Terms](/terms) · 京ICP备00000000号')
  const free = await site.admin.upload('长江夜航 A Night on the Yangtze', { category: '纪录片', tags: '河流,夜晚' })
  const paid = await site.admin.upload('AVeryLongTitleWithoutAnySpacesThatMustNotPushThePageSidewaysOnAPhone', {
    is_free: false,
  })
  const owned = await site.admin.upload('灯塔看守人', { is_free: false })
  await viewer.buy(owned)
  await viewer.post(`/videos/${free.id}/downloads`)
  const news = await site.admin.announce(
    '本周放映',
    '| 时间 | 影片 |\n|---|---|\n| 周五 | 长江夜航 |\n\nhttps://example.org/a/long/address/without/any/end/in/sight/at/all',
  )
  const videos = [free, paid, owned].map(({ id }) => `/videos/${id}`)
  const own = [
    '/plans',
    '/wallet',
    '/library',
    '/library?tab=downloads',
    '/announcements',
    `/announcements/${news.id}`,
    '/account',
  ]
  return { viewer, pages: ['/', '/?q=nothing-like-this', ...videos, ...own] }
}

async function settled(page: Page, path: string) {
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.waitForLoadState('networkidle')
}

for (const [language, theme] of LOOKS) {
  test(`every page has manners, wide and narrow: ${language}, ${theme}`, async ({ page, open, site, allowed }) => {
    allowed.push(/status of 404 .*\/nowhere/)
    test.setTimeout(120_000)
    const { viewer, pages } = await furnish(site)
    const guest = await open()
    await logIn(page, viewer)
    for (const [window, paths] of [
      [guest, GUEST_PAGES],
      [page, pages],
    ] as const) {
      await prefer(window, language, theme)
      await window.emulateMedia({ reducedMotion: 'reduce' })
      for (const path of paths) {
        await settled(window, path)
        expect(await window.locator('html').getAttribute('lang')).toBe(language === 'zh' ? 'zh-CN' : 'en')
        for (const size of WINDOWS) {
          await window.setViewportSize(size)
          await fits(window, `${path} at ${size.width}`)
          await axe(window, `${path} at ${size.width}`)
        }
      }
    }
  })
}

test('without JavaScript the page says what is missing', async ({ open }) => {
  const page = await open({ javaScriptEnabled: false })
  await page.goto('/')
  await expect(page.locator('.noscript')).toContainText('These pages need JavaScript')
})

test('a page comes though the browser gives up its fading', async ({ page, site }) => {
  const video = await site.admin.upload('The Long Road')
  // As it does where a window is hidden or changes its size, or the machine is busy.
  await page.addInitScript(() => {
    const start = document.startViewTransition.bind(document)
    document.startViewTransition = (change) => {
      const transition = start(change)
      transition.skipTransition()
      return transition
    }
  })
  await logIn(page, site.admin)
  await page.goto('/')
  await page.getByRole('link', { name: 'The Long Road' }).first().click()
  await expect(page).toHaveURL(`/videos/${video.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Long Road')
})

test('the policy allows nothing inline and no other host', async ({ page }) => {
  const answer = await page.goto('/')
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
})

test('the keyboard alone gets past the header, finds a video and plays it', async ({ page, site }) => {
  await site.admin.upload('Stone Bridges')
  await logIn(page, site.admin)
  await page.goto('/')
  await expect(page.locator('section.library').getByRole('link', { name: 'Stone Bridges' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('stone')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/q=stone/)
  await page.locator('section.library').getByRole('link', { name: 'Stone Bridges' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Play', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('.player')).toBeFocused()
})
