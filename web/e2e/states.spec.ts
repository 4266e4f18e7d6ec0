import { axe, dialogOf, expect, film, fits, logIn, prefer, test, type Page } from './fixtures'

/** What is only there for a while, or before anything is: each is looked at as pages are. */

const WIDE = { width: 1440, height: 800 }
const NARROW = { width: 390, height: 844 }

/** Nothing grave, and nothing outside, wide and narrow. */
async function inOrder(page: Page, what: string) {
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size)
    await fits(page, `${what} at ${size.width}`)
    await axe(page, `${what} at ${size.width}`)
  }
  await page.setViewportSize(WIDE)
}

const settled = async (page: Page, path: string) => {
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await page.waitForLoadState('networkidle')
}

test('every dialog is in order and ends within the window', async ({ page, site }) => {
  test.slow()
  const viewer = await site.account('viewer', 2_000)
  const sold = await site.admin.upload('Salt and Silk', { is_free: false })
  await viewer.buy(sold)
  const gone = await site.admin.upload('Old Reel')
  await site.admin.upload('Night Ferry')
  await site.admin.post('/videos/trash', { ids: [gone.id] })
  const news = await site.admin.announce('Autumn programme', 'Every Friday at seven.')
  await site.admin.post('/invites', { role: 'user', uses: 1 })
  await site.admin.post('/workers', { name: 'attic' })
  await logIn(page, site.admin)
  const button = (name: string | RegExp) => page.getByRole('main').getByRole('button', { name }).first().click()
  const account = `/admin/accounts/${viewer.id}`
  const dialogs: [path: string, open: () => Promise<void>][] = [
    ['/admin/upload', async () => {}],
    [
      '/admin/videos',
      async () => {
        await page.getByLabel('Select everything found').check()
        await button('Edit')
      },
    ],
    ['/admin/plans', () => button('New plan')],
    ['/admin/invites', () => button('Create invite')],
    ['/admin/invites', () => button(/^Revoke/)],
    ['/admin/workers', () => button('Register worker')],
    ['/admin/workers', () => button(/^Revoke/)],
    [account, () => button('Credit')],
    [account, () => button(/^Reverse/)],
    [account, () => button('Reset code')],
    [account, () => button('Lock account')],
    [account, () => button('Log out everywhere')],
    ['/admin/trash', () => button(/^Delete .*for good/)],
    [`/admin/announcements/${news.id}`, () => button('Withdraw')],
    ['/account', () => button('Log out everywhere')],
  ]
  for (const [path, open] of dialogs) {
    await page.setViewportSize(WIDE)
    await settled(page, path)
    await open()
    await expect(dialogOf(page)).toBeVisible()
    await inOrder(page, `the dialog of ${path}`)
    const box = await dialogOf(page).boundingBox()
    expect(box && box.y >= 0 && box.y + box.height <= WIDE.height, `the dialog of ${path}`).toBe(true)
  }
  const other = await site.account('other', 2_000)
  await page.context().clearCookies()
  await logIn(page, other)
  await settled(page, `/videos/${sold.id}`)
  await button(/^Buy for/)
  await inOrder(page, 'buying')
})

test('waiting and playing are in order', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Night Ferry', {}, film(20, ['-c:v', 'libx264', '-preset', 'veryfast']))
  await expect
    .poll(async () => (await viewer.get<{ playback: { state: string } }>(`/videos/${video.id}`)).playback.state)
    .toBe('ready')
  await site.wait(120)
  await logIn(page, viewer)
  await settled(page, `/videos/${video.id}`)
  await page.getByRole('button', { name: /^Download/ }).click()
  await expect(page.getByText('The download starts by itself when the countdown ends')).toBeVisible()
  await inOrder(page, 'waiting')
  await settled(page, '/library?tab=downloads')
  await inOrder(page, 'waiting in the list')
  await settled(page, `/videos/${video.id}`)
  await page.getByRole('button', { name: 'Never mind' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(0)
  await inOrder(page, 'playing')
})

test('pages that have nothing yet are in order', async ({ page, open, site }) => {
  test.slow()
  const viewer = await site.account('viewer')
  const own = await open({ reducedMotion: 'reduce' })
  await logIn(own, viewer)
  for (const path of ['/', '/?q=nothing', '/library', '/library?tab=downloads', '/wallet', '/announcements']) {
    await settled(own, path)
    await inOrder(own, `empty: ${path}`)
  }
  await logIn(page, site.admin)
  for (const path of [
    'videos',
    'videos?q=nothing',
    'uploads',
    'trash',
    'invites',
    'announcements',
    'records',
    'workers',
  ]) {
    await settled(page, `/admin/${path}`)
    await inOrder(page, `empty: /admin/${path}`)
  }
})

test("the front page of a public site is in order, and nothing of it jumps, for who isn't logged in", async ({
  page,
  site,
}) => {
  await site.admin.set('site.visibility', 'public')
  for (const title of ['灯塔看守人', 'Night Ferry']) await site.admin.upload(title, { category: 'Drama', tags: 'sea' })
  await prefer(page, 'zh', 'light')
  await settled(page, '/')
  await expect(page.getByRole('main').getByRole('link', { name: 'Night Ferry' }).first()).toBeVisible()
  await inOrder(page, 'the front page of a guest')
})

/** How much of the page jumped without anybody having done anything (Layout Instability API). */
async function jumps(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { jumped: number }).jumped)
}

for (const size of [WIDE, NARROW]) {
  test(`no main page jumps while it loads: ${size.width} wide`, async ({ page, open, site, allowed }) => {
    test.slow()
    allowed.push(/status of 404 /)
    const viewer = await site.account('viewer', 20_000)
    await site.admin.set('site.footer', '[Terms](/terms)')
    const videos = []
    for (const title of ['灯塔看守人', 'Night Ferry', 'Salt and Silk', 'Reel'])
      videos.push(await site.admin.upload(title, { is_free: title === 'Reel', category: 'Drama', tags: 'sea' }))
    // What changes while one looks on is no jump.
    const pictures = async () => (await site.admin.get<{ items: { state: string }[] }>('/jobs?kind=picture')).items
    await expect
      .poll(async () => (await pictures()).map(({ state }) => state), { timeout: 60_000 })
      .toEqual(Array(4).fill('done'))
    await viewer.buy(videos[0]!)
    await viewer.post(`/videos/${videos[3]!.id}/downloads`)
    const news = await site.admin.announce('Autumn programme', 'Every **Friday** at seven.')
    await site.admin.patch(`/announcements/${news.id}`, { pinned: true })
    await site.admin.post('/invites', { role: 'user', uses: 1 })
    const guest = await open()
    const admin = await open()
    await logIn(page, viewer)
    await logIn(admin, site.admin)
    const visits: [Page, string[]][] = [
      [guest, ['/login', '/register', '/reset']],
      [
        page,
        [
          '/',
          '/?q=reel',
          ...videos.slice(0, 2).map(({ id }) => `/videos/${id}`),
          '/plans',
          '/wallet',
          '/library',
          '/library?tab=downloads',
          '/announcements',
          `/announcements/${news.id}`,
          '/account',
        ],
      ],
      [
        admin,
        [
          '/admin',
          '/admin/videos',
          `/admin/videos/${videos[0]!.id}`,
          '/admin/trash',
          '/admin/accounts',
          `/admin/accounts/${viewer.id}`,
          '/admin/invites',
          '/admin/announcements',
          '/admin/plans',
          '/admin/records',
          '/admin/audit',
          '/admin/jobs',
          '/admin/settings',
        ],
      ],
    ]
    const found: string[] = []
    for (const [window, paths] of visits) {
      await window.setViewportSize(size)
      await window.addInitScript(() => {
        const counted = window as unknown as { jumped: number }
        counted.jumped = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!entry.hadRecentInput) counted.jumped += entry.value
        }).observe({ type: 'layout-shift', buffered: true })
      })
      for (const path of paths) {
        await settled(window, path)
        const jumped = await jumps(window)
        if (jumped >= 0.05) found.push(`${path}: ${jumped.toFixed(3)}`)
      }
    }
    expect(found).toEqual([])
  })
}
