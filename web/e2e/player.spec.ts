import { axe, dialogOf, expect, film, logIn, PHONE, test, type Page } from './fixtures'

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50']

const player = (page: Page, name: string) => page.getByRole('region', { name })
const control = (page: Page, name: string | RegExp) => page.locator('.player').getByRole('button', { name })
/** What the element of the film says of itself. */
const of = <K extends keyof HTMLVideoElement>(page: Page, key: K) =>
  page.locator('video').evaluate((video: HTMLVideoElement, key) => video[key as K], key as string)

async function play(page: Page, id: number) {
  await page.goto(`/videos/${id}`)
  await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => of(page, 'currentTime')).toBeGreaterThan(0.3)
}

test('a film is played by keys alone, from the front page to the full screen', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  await site.admin.upload('The Long Road', {}, film(60, H264))
  await logIn(page, viewer)
  await page.goto('/')
  await expect(page.locator('section.library').getByRole('link', { name: 'The Long Road' })).toBeVisible()
  await page.keyboard.press('Tab')
  for (let steps = 0; steps < 40; steps += 1) {
    const isThere = await page.evaluate(() => document.activeElement?.closest('section.library a[href^="/videos/"]'))
    if (isThere) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Long Road')
  const start = page.getByRole('main').getByRole('button', { name: 'Play', exact: true })
  for (let steps = 0; steps < 40; steps += 1) {
    if (await start.evaluate((button) => button === document.activeElement)) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await expect.poll(() => of(page, 'currentTime')).toBeGreaterThan(0.3)

  await page.keyboard.press('f')
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.className)).toContain('player')
  await page.keyboard.press(' ')
  expect(await of(page, 'paused')).toBe(true)
  const at = await of(page, 'currentTime')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => of(page, 'currentTime')).toBeCloseTo(at + 5, 1)
  await page.keyboard.press('l')
  await page.keyboard.press('l')
  await page.keyboard.press('j')
  await expect.poll(() => of(page, 'currentTime')).toBeCloseTo(at + 15, 1)
  await page.keyboard.press('5')
  await expect.poll(() => of(page, 'currentTime')).toBeCloseTo(30, 0)
  await page.keyboard.press('ArrowDown')
  expect(await of(page, 'volume')).toBeCloseTo(0.95)
  await page.keyboard.press('m')
  expect(await of(page, 'muted')).toBe(true)
  await page.keyboard.press('K')
  expect(await of(page, 'paused')).toBe(false)
  await page.keyboard.press('f')
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBe(null)

  // A letter that is typed is a letter.
  await page.getByRole('searchbox').fill('')
  await page.getByRole('searchbox').pressSequentially('km')
  expect(await of(page, 'muted').catch(() => true)).toBe(true)
})

test('playing and pausing before anything has come is no fault, and the last of it counts', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('The Long Road', {}, film(20, H264))
  await logIn(page, viewer)
  let goOn = () => {}
  const held = new Promise<void>((done) => (goOn = done))
  await page.route(/\.m4s/, (route) => held.then(() => route.continue()))
  await page.goto(`/videos/${video.id}`)
  const asked = page.waitForRequest(/\.m4s/)
  await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  await asked
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('k')
  goOn()
  await expect.poll(() => of(page, 'readyState')).toBeGreaterThanOrEqual(2)
  expect(await of(page, 'paused')).toBe(true)
  await control(page, /^Play$/).click()
  await expect.poll(() => of(page, 'currentTime')).toBeGreaterThan(0.3)
})

test('volume, speed and the wide picture are the same for the next film', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const first = await site.admin.upload('Part One', {}, film(30, H264))
  const second = await site.admin.upload('Part Two', {}, film(31, H264))
  await logIn(page, viewer)
  await play(page, first.id)
  const width = () => page.locator('.stage').evaluate((stage) => stage.clientWidth)
  const usual = await width()
  await page.mouse.move(300, 300)
  await control(page, 'Theatre mode').click()
  await expect.poll(width).toBeGreaterThan(usual)
  await page.locator('.player').getByLabel('Volume').fill('0.4')
  await control(page, 'Playback settings').click()
  const loads: string[] = []
  page.on('request', (request) => request.url().includes('.m3u8') && loads.push(request.url()))
  await page.locator('.player').getByText('1.5×').click()
  await expect.poll(() => of(page, 'playbackRate')).toBe(1.5)
  expect(loads, 'it goes on').toEqual([])
  await page.keyboard.press('Escape')
  await axe(page, 'the player')

  await play(page, second.id)
  expect(await of(page, 'volume')).toBeCloseTo(0.4)
  await expect.poll(() => of(page, 'playbackRate')).toBe(1.5)
  expect(await width()).toBeGreaterThan(usual)
})

test('the size is chosen, and one that is still being encoded says so', async ({ page, site }) => {
  test.slow()
  await site.admin.set('media.workers', 1)
  await site.admin.set('playback.sizes', '240,360')
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Old Camera', {}, film(120, ['-c:v', 'mpeg4', '-q:v', '3']))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => of(page, 'currentTime'), { timeout: 30_000 }).toBeGreaterThan(0.3)
  await page.mouse.move(300, 300)
  await control(page, 'Playback settings').click()
  const sizes = page.locator('.player').getByRole('group', { name: 'Quality' })
  await expect(sizes.getByRole('radio')).toHaveCount(3)
  await expect(sizes.getByText(/^encoding, \d+%$/).first()).toBeVisible()
  await sizes.getByLabel('240p').check()
  await expect.poll(() => of(page, 'videoHeight'), { timeout: 30_000 }).toBe(240)
  await sizes.getByLabel('360p').check()
  await expect.poll(() => of(page, 'videoHeight'), { timeout: 30_000 }).toBe(360)
})

test('on a phone a tap shows the controls, and two skip to their side', async ({ open, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Night Ferry', {}, film(60, H264))
  const page = await open(PHONE)
  await logIn(page, viewer)
  await play(page, video.id)
  const box = await page.locator('video').boundingBox()
  if (!box) throw new Error('the film has a place')
  const at = await of(page, 'currentTime')
  const side = [box.x + box.width * 0.8, box.y + box.height * 0.3] as const
  await page.touchscreen.tap(...side)
  await page.touchscreen.tap(...side)
  await expect.poll(() => of(page, 'currentTime')).toBeGreaterThan(at + 9)
  expect(await of(page, 'paused')).toBe(false)
  await expect(control(page, 'Full screen')).toBeVisible()
  await axe(page, 'the player on a phone')
})

test('the lock screen shows what plays, and its keys work', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('A Winter Train', {}, film(30, H264))
  await page.addInitScript(() => {
    const acts: Record<string, MediaSessionActionHandler | null> = {}
    Object.assign(window, { acts })
    const real = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession)
    navigator.mediaSession.setActionHandler = (action, handler) => {
      acts[action] = handler
      real(action, handler)
    }
  })
  await logIn(page, viewer)
  await play(page, video.id)
  await expect(player(page, 'A Winter Train')).toBeVisible()
  expect(await page.evaluate(() => navigator.mediaSession.metadata?.title)).toBe('A Winter Train')
  const act = (action: MediaSessionAction, seekTime?: number) =>
    page.evaluate(
      ([action, seekTime]) => {
        const { acts } = window as unknown as { acts: Record<string, MediaSessionActionHandler> }
        acts[action as string]?.({ action: action as MediaSessionAction, seekTime: seekTime as number })
      },
      [action, seekTime] as const,
    )
  await act('pause')
  await expect.poll(() => of(page, 'paused')).toBe(true)
  await act('seekto', 20)
  await expect.poll(() => of(page, 'currentTime')).toBeCloseTo(20, 0)
  await act('play')
  await expect.poll(() => of(page, 'paused')).toBe(false)
  await page.getByRole('link', { name: 'Library' }).first().click()
  await expect.poll(() => page.evaluate(() => navigator.mediaSession.metadata)).toBe(null)
})

test('a frame of the film stands for it, and what is in it is shown before it plays there', async ({ page, site }) => {
  test.slow()
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Harbour Lights', {}, film(60, H264))
  const posters = async () => {
    const { items } = await site.admin.get<{ items: { name: string; at_ms: number }[] }>(`/videos/${video.id}/posters`)
    return items
  }
  await expect.poll(async () => (await posters()).length, { timeout: 60_000 }).toBe(5)
  await logIn(page, site.admin)
  await page.goto(`/admin/videos/${video.id}`)
  const candidates = page.getByRole('group', { name: 'Poster' }).getByRole('radio')
  await expect(candidates).toHaveCount(5)
  const second = candidates.nth(1)
  await expect(second).not.toBeChecked()
  await second.check({ force: true })
  await expect.poll(async () => (await posters())[0]?.at_ms).toBe(15_000)
  await axe(page, 'the choice of a poster')

  // A picture of one's own, which can be taken away again.
  const cover = await page.screenshot({ type: 'png' })
  const input = page.locator('input[type=file][accept*="image/png"]')
  await input.setInputFiles({ name: 'cover.png', mimeType: 'image/png', buffer: cover })
  const uploaded = page.getByRole('radio', { name: 'Uploaded cover' })
  await expect(uploaded).toBeChecked()
  await page.getByRole('button', { name: 'Remove this cover' }).click()
  await expect(uploaded).toHaveCount(0)
  await expect.poll(async () => (await posters())[0]?.at_ms).toBe(15_000)

  await page.context().clearCookies()
  await logIn(page, viewer)
  await page.goto('/')
  const card = page.locator('section.library').getByRole('link', { name: 'Harbour Lights' })
  const name = (await posters())[0]?.name ?? ''
  await expect(card.locator(`img[src^="/p/${name}/"]`)).toBeVisible()
  const seen = () => card.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)
  await expect.poll(seen).toBeGreaterThan(0)
  const look = card.locator('.look')
  await card.hover()
  await expect(look).toBeVisible()
  const first = await look.evaluate((frame) => frame.style.backgroundPosition)
  await expect.poll(() => look.evaluate((frame) => frame.style.backgroundPosition)).not.toBe(first)
  await page.mouse.move(0, 0)
  await expect(look).toHaveCount(0)

  await play(page, video.id)
  const bar = await page.locator('.player .seek').boundingBox()
  if (!bar) throw new Error('there is a seek bar')
  await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2)
  await expect(page.locator('.player .preview')).toBeVisible()
  await expect(page.locator('.player .moment')).toHaveText('0:30')
})

test('a film goes on where it was left, on every device, until its history is cleared', async ({
  page,
  open,
  site,
}) => {
  test.slow()
  await site.admin.set('playback.max_streams', 5)
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('The Long Road', {}, film(60, H264))
  const seen = await site.admin.upload('Night Ferry', {}, film(20, H264))
  await logIn(page, viewer)
  await play(page, video.id)
  await page.keyboard.press('5')
  await expect.poll(() => of(page, 'currentTime')).toBeGreaterThan(30)
  await page.getByRole('link', { name: 'Library' }).first().click()
  await play(page, seen.id)
  await page.keyboard.press('End')
  await expect.poll(() => of(page, 'ended')).toBe(true)
  await page.getByRole('link', { name: 'Library' }).first().click()

  const shelf = page.getByRole('region', { name: 'Continue watching' })
  await expect(shelf.getByRole('link', { name: 'The Long Road' })).toBeVisible()
  await expect(shelf.getByRole('link')).toHaveCount(1)
  await page.reload()
  await expect(page.locator('section.library').getByText('Watched', { exact: true })).toBeVisible()
  await axe(page, 'the front page with something to go on with')

  const phone = await open(PHONE)
  await logIn(phone, viewer)
  await phone.goto('/')
  await phone.getByRole('region', { name: 'Continue watching' }).getByRole('link', { name: 'The Long Road' }).click()
  await phone.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => of(phone, 'currentTime')).toBeGreaterThan(29)

  await page.goto('/library?tab=history')
  await expect(page.getByRole('main').getByRole('link', { name: 'Night Ferry' })).toBeVisible()
  await expect(page.getByText(/Watched to 0:3\d/)).toBeVisible()
  await axe(page, 'the history')
  await page.getByRole('button', { name: 'Remove “Night Ferry” from the history' }).click()
  await expect(page.getByRole('main').getByRole('link', { name: 'Night Ferry' })).toHaveCount(0)
  await phone.goto('/plans')
  await page.getByRole('button', { name: 'Clear history' }).click()
  await dialogOf(page).getByRole('button', { name: 'Clear history' }).click()
  await expect(page.getByText('You have not watched anything yet')).toBeVisible()
  await page.goto('/')
  await expect(page.locator('section.library').getByRole('link', { name: 'The Long Road' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Continue watching' })).toHaveCount(0)
})

/** 你好，我们走吧 in GB 18030, on the screen from the first second to the thirtieth. */
const GB_SRT = Buffer.concat([
  Buffer.from('1\n00:00:01,000 --> 00:00:30,000\n'),
  Buffer.from('c4e3bac3a3acced2c3c7d7dfb0c9', 'hex'),
  Buffer.from('\n'),
])

test('subtitles are added, corrected, shown in the language of the reader, and switched off', async ({
  page,
  site,
}) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('With Words', {}, film(40, H264))
  await logIn(page, site.admin)
  await page.goto(`/admin/videos/${video.id}`)
  await page.getByRole('button', { name: 'Add subtitles' }).click()
  const dialog = dialogOf(page)
  await axe(page, 'the dialog for subtitles')
  await dialog.locator('input[type=file]').setInputFiles({ name: 'gb.srt', mimeType: 'text/plain', buffer: GB_SRT })
  await dialog.getByLabel('Language').fill('zh-Hans')
  await dialog.getByLabel('Text encoding').selectOption('big5')
  await dialog.getByRole('button', { name: 'Add subtitles' }).click()
  const sample = page.getByLabel('Beginning of the subtitles')
  await expect(sample).toContainText('-->')
  await expect(sample).not.toContainText('你好')
  await page.getByLabel('Text encoding').selectOption('gb18030')
  await expect(sample).toContainText('你好，我们走吧')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Simplified Chinese' })).toContainText('GB18030')

  await logIn(page, viewer)
  await play(page, video.id)
  const words = page.locator('.player .captions')
  await expect.poll(() => of(page, 'currentTime')).toBeGreaterThan(1.2)
  await expect(words, 'a reader of English does not ask for Chinese').toHaveCount(0)
  await page.keyboard.press('c')
  await expect(words).toHaveText('你好，我们走吧')
  await page.mouse.move(300, 300)
  await control(page, 'Subtitles').click()
  const size = () => words.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))
  const before = await size()
  await page.locator('.player').getByLabel('Large').check()
  expect(await size()).toBeGreaterThan(before)
  await axe(page, 'the subtitles')
  await page.keyboard.press('Escape')
  await page.keyboard.press('c')
  await expect(words).toHaveCount(0)

  // What was chosen holds for the next time.
  await page.keyboard.press('c')
  await play(page, video.id)
  await expect(words).toHaveText('你好，我们走吧')
})
