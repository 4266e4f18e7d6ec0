import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, film, logIn, test } from './fixtures'

/** Measurements of watching, printed and never asserted: `npm run measure`. */
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50']
const MANY = 10_000
const SECONDS = 10

test.describe.configure({ mode: 'serial' })
test.setTimeout(300_000)

test('frames a second with many danmaku, in a browser that is four times slower', async ({ page, site }) => {
  await site.admin.set('danmaku.enabled', 'true')
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Measured', {}, film(120, H264))
  // All of them within two minutes: the worst that a film can be.
  execFileSync('sqlite3', [
    join(site.dataDir, 'yingku.db'),
    `.timeout 10000`,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
     INSERT INTO danmaku (video_id, account_id, at_ms, text, mode, color, needs_review, created_at_ms)
     SELECT ${video.id}, ${viewer.id}, i * 12, '弹幕 ' || i,
       CASE i % 20 WHEN 0 THEN 'top' WHEN 1 THEN 'bottom' ELSE 'scroll' END, 16777215, 0, 0 FROM n`,
  ])
  await logIn(page, viewer)
  for (const isOn of [false, true]) {
    await page.addInitScript((isOn) => localStorage.setItem('yingku.danmaku', JSON.stringify({ isOn })), isOn)
    await page.goto(`/videos/${video.id}`)
    await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
    const at = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
    await expect.poll(at).toBeGreaterThan(1)
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.waitForTimeout(3_000)
    const { frames, worst } = await page.evaluate(
      (seconds) =>
        new Promise<{ frames: number; worst: number }>((done) => {
          const from = performance.now()
          let [frames, worst, last] = [0, 0, from]
          const step = (now: number) => {
            frames += 1
            worst = Math.max(worst, now - last)
            last = now
            if (now - from < seconds * 1_000) requestAnimationFrame(step)
            else done({ frames, worst })
          }
          requestAnimationFrame(step)
        }),
      SECONDS,
    )
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    const what = isOn ? `with ${MANY} danmaku loaded by parts` : 'without danmaku'
    console.log(`${what}: ${(frames / SECONDS).toFixed(1)} frames a second; the longest took ${Math.round(worst)} ms`)
  }
})

test('from the click to the first picture, on loopback', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Measured', {}, film(60, H264))
  await logIn(page, viewer)
  const all: number[] = []
  for (let round = 0; round < 7; round += 1) {
    await page.goto(`/videos/${video.id}`)
    const button = page.getByRole('main').getByRole('button', { name: 'Play: Measured' })
    await expect(button).toBeVisible()
    await page.waitForLoadState('networkidle')
    const took = await page.evaluate(
      () =>
        new Promise<number>((done) => {
          const from = performance.now()
          const look = () => {
            const video = document.querySelector('video')
            if (!video) return requestAnimationFrame(look)
            video.requestVideoFrameCallback(() => done(performance.now() - from))
            return 0
          }
          document.querySelector<HTMLElement>('button.play')!.click()
          look()
        }),
    )
    all.push(took)
  }
  all.sort((one, other) => one - other)
  console.log(`click to first picture: ${all.map((ms) => `${Math.round(ms)} ms`).join(', ')}`)
})

test('what the page of a video loads before it plays', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Measured', {}, film(20, H264))
  await logIn(page, viewer)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  let bytes = 0
  const names = new Map<string, string>()
  session.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, response.url))
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (/\.(js|css)$/.test(names.get(requestId) ?? '')) bytes += encodedDataLength
  })
  await page.goto('/')
  await page.waitForLoadState('networkidle')
  const front = bytes
  await page.goto(`/videos/${video.id}`)
  await page.waitForLoadState('networkidle')
  // The browser's cache has what the front page loaded.
  console.log(`front page: ${front} bytes of script and style; the page of a video: ${bytes - front} more`)
})
