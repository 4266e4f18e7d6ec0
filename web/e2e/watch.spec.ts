import { parse, setOptions, types } from 'hls-parser'
import { damaged, dialogOf, expect, film, logIn, onItsSide, test, type Page } from './fixtures'

test('typing finds a video, and it plays', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  await site.admin.upload('Lanterns on the River')
  await site.admin.upload('A Winter Train')
  await logIn(page, viewer)
  await page.goto('/')
  await expect(page.getByRole('link', { name: 'A Winter Train' }).first()).toBeVisible()

  await page.getByRole('searchbox').pressSequentially('lantern')
  await expect(page).toHaveURL(/\?q=lantern$/)
  await expect(page.getByRole('link', { name: 'A Winter Train' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Lanterns on the River' }).click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lanterns on the River')
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = page.locator('video')
  await expect.poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0.5)
})

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50', '-bf', '2']

/** Reads a playlist, and all that it names, strictly; answers how many playlists there are. */
async function readPlaylists(page: Page, url: string): Promise<number> {
  setOptions({ strictMode: true })
  const answer = await page.request.get(url)
  const playlist = parse(await answer.text())
  if (!playlist.isMasterPlaylist) {
    const media = playlist as types.MediaPlaylist
    expect(media.endlist).toBe(true)
    const longest = Math.max(...media.segments.map((segment) => segment.duration))
    expect(Math.round(longest)).toBeLessThanOrEqual(media.targetDuration)
    return 1
  }
  const { variants } = playlist as types.MasterPlaylist
  const names = variants.flatMap((variant) => [variant.uri, ...variant.audio.map((audio) => audio.uri ?? '')])
  let count = 1
  for (const name of new Set(names)) count += await readPlaylists(page, new URL(name, url).href)
  return count
}

const playing = (page: Page) => {
  const player = page.locator('video')
  return {
    at: () => player.evaluate((video: HTMLVideoElement) => video.currentTime),
    seek: (seconds: number) =>
      player.evaluate((video: HTMLVideoElement, to: number) => {
        video.currentTime = to
      }, seconds),
    /** From where it was loaded when it first played, and how often it has since stood still for
     *  want of something to show: a busy machine that has it all is no fault of the film. */
    watch: () =>
      player.evaluate((video: HTMLVideoElement) => {
        const seen = { stalls: 0, buffered: -1 }
        Object.assign(window, { seen })
        video.requestVideoFrameCallback(() => {
          seen.buffered = video.buffered.start(0)
          video.addEventListener('waiting', () => {
            const { buffered, currentTime: at } = video
            const isThere = [...Array(buffered.length).keys()].some(
              (range) => buffered.start(range) <= at && buffered.end(range) > at + 0.25,
            )
            if (!isThere) seen.stalls += 1
          })
        })
      }),
    seen: () => page.evaluate(() => (window as unknown as { seen: { stalls: number; buffered: number } }).seen),
  }
}

test('a film plays from its first picture, through its seams, and wherever one seeks', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('The Long Road', {}, film(40, H264))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  const segments: string[] = []
  page.on('response', (answer) => {
    const path = new URL(answer.url()).pathname
    if (/^\/(s|d)\//.test(path)) segments.push(`${answer.status()} ${path.split('/').slice(3).join('/')}`)
  })
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = playing(page)
  await player.watch()
  // Through two seams, at its own pace.
  await expect.poll(player.at, { timeout: 30_000 }).toBeGreaterThan(9)
  const { stalls, buffered } = await player.seen()
  expect(stalls, 'it never stands still').toBe(0)
  expect(buffered, 'from its first picture').toBe(0)
  for (const to of [33, 12.3, 0]) {
    await player.seek(to)
    await expect.poll(player.at).toBeGreaterThan(to + 0.5)
    expect(await player.at()).toBeLessThan(to + 10)
  }
  expect(segments).toContain('200 master.m3u8')
  expect(segments).toContain('200 video/8.m4s')
  expect(segments).toContain('200 audio/8.m4s')
  expect(segments.filter((segment) => !segment.startsWith('200 '))).toEqual([])
  await player.seek(39)
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.ended)).toBe(true)
  const records = await viewer.get<{ items: unknown[] }>('/downloads')
  expect(records.items, 'watching is no download').toEqual([])
})

test('a right that ends while somebody watches ends the playing', async ({ page, site, allowed }) => {
  allowed.push(/status of (410|404)/)
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Closing Time', {}, film(80, H264))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = playing(page)
  await expect.poll(player.at).toBeGreaterThan(0.5)
  await site.admin.delete(`/videos/${video.id}`)
  // As soon as the next segment is wanted.
  await expect(page.getByText('Playback ended')).toBeVisible()
  await expect(page.locator('video')).toHaveCount(0)
})

test('a preview plays before anything is paid, a wait is counted down, and too many streams are refused', async ({
  page,
  open,
  site,
  allowed,
}) => {
  allowed.push(/status of 429/)
  await site.admin.set('playback.max_streams', 1)
  const viewer = await site.account('viewer')
  const paid = await site.admin.upload('For Sale', { is_free: false }, film(60, H264))
  const free = await site.admin.upload('For Free', {}, film(8, H264))
  await logIn(page, viewer)
  await page.goto(`/videos/${paid.id}`)
  await page.getByRole('button', { name: 'Watch a preview (0:30)' }).click()
  const player = playing(page)
  await expect.poll(player.at).toBeGreaterThan(0.5)
  const length = await page.locator('video').evaluate((video: HTMLVideoElement) => video.duration)
  expect(length).toBeGreaterThanOrEqual(30)
  expect(length).toBeLessThan(40)

  const other = await open()
  await logIn(other, viewer)
  await other.goto(`/videos/${free.id}`)
  await other.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(other.getByText('as many videos as it may at once')).toBeVisible()

  // Whoever closes a window makes room, a moment later.
  await page.goto('about:blank')
  const start = other.getByRole('complementary').getByRole('button', { name: 'Play', exact: true })
  await expect(async () => {
    if (await start.isVisible()) await start.click()
    await expect.poll(playing(other).at, { timeout: 3_000 }).toBeGreaterThan(0.5)
  }).toPass({ timeout: 15_000 })

  await site.admin.set('playback.wait_free_seconds', 2)
  await other.reload()
  await other.getByRole('button', { name: 'Play', exact: true }).click()
  await expect(other.getByRole('button', { name: /^Plays in \d s$/ })).toBeVisible()
  await expect.poll(playing(other).at).toBeGreaterThan(0.5)
})

test('a film that no browser plays is encoded while it is watched, where one seeks first', async ({ page, site }) => {
  // It waits for the encoder again and again.
  test.slow()
  // One part at a time, so that most of it is not encoded yet.
  await site.admin.set('media.workers', 1)
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Old Camera', {}, film(120, ['-c:v', 'mpeg4', '-q:v', '3']))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = playing(page)
  await expect.poll(player.at, { timeout: 30_000 }).toBeGreaterThan(5)
  for (const to of [101, 50.2, 0]) {
    await player.seek(to)
    await expect.poll(player.at).toBeGreaterThan(to + 0.5)
    expect(await player.at()).toBeLessThan(to + 10)
  }
  const { playback } = await viewer.get<{ playback: { hls_url: string } }>(`/videos/${video.id}`)
  expect(await readPlaylists(page, playback.hls_url), 'one of all, one size, its sound').toBe(3)
})

test('a film that is broken in the middle plays on behind it', async ({ page, site }) => {
  test.slow()
  const viewer = await site.account('viewer')
  const small = ['-vf', 'scale=128:72', '-c:v', 'libx265', '-preset', 'ultrafast', '-g', '25']
  const whole = film(40, [...small, '-x265-params', 'log-level=error'], 'mkv')
  const video = await site.admin.upload('A Scratched Reel', {}, damaged(whole))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = playing(page)
  await expect.poll(player.at, { timeout: 30_000 }).toBeGreaterThan(0.5)
  await player.seek(17)
  await expect.poll(player.at, { timeout: 60_000 }).toBeGreaterThan(27)
})

test('where a stretch could not be encoded, the film goes on behind it', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('A Torn Reel', {}, film(40, [...H264, '-g', '100']))
  // As the server's playlist is once the third and fourth segments were given up.
  await page.route(/\/video\/index\.m3u8$/, async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replace(/(#EXTINF.*\n[23]\.m4s)/g, '#EXT-X-GAP\n$1')
    await route.fulfill({ response: answer, body })
  })
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname.split('/').slice(3).join('/')))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = playing(page)
  await expect.poll(player.at).toBeGreaterThan(0.5)
  await player.seek(6)
  await expect.poll(player.at, { timeout: 20_000 }).toBeGreaterThan(18)
  expect(asked).toContain('video/4.m4s')
  expect(asked).not.toContain('video/2.m4s')
})

test('what lies on its side in the file stands upright, and what it consists of is shown', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  // White where the upper left corner is in the file: ffmpeg's turn takes it to the lower left.
  const corner = 'drawbox=w=iw:h=ih:color=black:t=fill,drawbox=w=160:h=90:color=white:t=fill'
  const upright = film(8, [...H264, '-vf', corner, '-metadata:s:a', 'language=chi'])
  const video = await site.admin.upload('From a Telephone', {}, onItsSide(upright))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const player = playing(page)
  await expect.poll(player.at).toBeGreaterThan(0.5)
  const shown = await page.locator('video').evaluate((video: HTMLVideoElement) => {
    const canvas = document.createElement('canvas')
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    const picture = canvas.getContext('2d')
    picture?.drawImage(video, 0, 0)
    const isWhite = (x: number, y: number) =>
      (picture?.getImageData(x * canvas.width, y * canvas.height, 1, 1).data[0] ?? 0) > 128
    const corners = [isWhite(0.1, 0.1), isWhite(0.9, 0.1), isWhite(0.1, 0.9), isWhite(0.9, 0.9)]
    return { size: [canvas.width, canvas.height], corners }
  })
  expect(shown).toEqual({ size: [360, 640], corners: [false, false, true, false] })
  await expect(page.getByText('MP4 · H.264 · AAC')).toBeVisible()
  await expect(page.getByText('Chinese', { exact: true })).toBeVisible()
})

test('what is no film says why it cannot be played, and can be downloaded', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('A Letter', {}, Buffer.from('Dear reader, this is no film. '.repeat(40)))
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await expect(page.getByRole('complementary').getByText('no pictures or sound were recognised')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Download/ })).toBeEnabled()
  // Where it is sold, it is said before anything is paid.
  await site.admin.patch(`/videos/${video.id}`, { is_free: false })
  await page.reload()
  await page
    .getByRole('button', { name: /^Buy for/ })
    .first()
    .click()
  await expect(dialogOf(page).getByText('This video cannot be played.')).toBeVisible()
})

test('a browser that plays nothing of this site says so before anything is paid', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Salt Road', { is_free: false })
  await page.addInitScript(() => {
    Object.assign(globalThis, { MediaSource: undefined, ManagedMediaSource: undefined })
    HTMLMediaElement.prototype.canPlayType = () => ''
  })
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await expect(page.locator('.about').getByText('This browser cannot play this site’s videos.')).toBeVisible()
  await page
    .getByRole('button', { name: /^Buy for/ })
    .first()
    .click()
  await expect(dialogOf(page).getByText('This browser cannot play this site’s videos.')).toBeVisible()
})

test('filters stand in the address: they outlive a reload, and the way back ends them', async ({ page, site }) => {
  await site.admin.upload('Light and Shade', { category: 'Courses' })
  await site.admin.upload('Harbour Nights', { category: 'Films', is_free: false })
  await logIn(page, site.admin)
  await page.goto('/')
  const grid = page.locator('section.library')
  await expect(grid.getByRole('link', { name: 'Light and Shade' })).toBeVisible()

  await page.getByLabel('Category').selectOption('Films')
  await expect(page).toHaveURL(/category=Films/)
  await expect(grid.getByRole('link', { name: 'Light and Shade' })).toHaveCount(0)
  await page.reload()
  await expect(page.getByLabel('Category')).toHaveValue('Films')
  await expect(grid.getByRole('link', { name: 'Harbour Nights' })).toBeVisible()
  await expect(grid.getByRole('link', { name: 'Light and Shade' })).toHaveCount(0)

  await page.goBack()
  await expect(grid.getByRole('link', { name: 'Light and Shade' })).toBeVisible()

  await page.getByText('Paid', { exact: true }).click()
  await expect(page).toHaveURL(/price=paid/)
  await expect(grid.getByRole('link', { name: 'Light and Shade' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(grid.getByRole('link', { name: 'Light and Shade' })).toBeVisible()
})
