import { expect, test } from '@playwright/test'
import { film } from '../e2e/clips'
import { Site } from '../e2e/site'
import { WebKit } from './driver'

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50']
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none']

for (const [kind, codec] of [
  ['as it is', H264],
  ['encoded', HEVC],
] as const) {
  test(`the browser's own player plays a film that is sent ${kind}`, async () => {
    const [site, webkit] = [new Site(), new WebKit()]
    try {
      await site.start(true)
      const video = await site.admin.upload('The Long Road', {}, film(30, codec))
      const playback = async () => (await site.admin.get<typeof video>(`/videos/${video.id}`)).playback
      // Other players than the page's get what is complete.
      await expect.poll(async () => (await playback())?.encoding?.stage ?? 'done', { timeout: 90_000 }).toBe('done')
      await expect.poll(async () => (await playback())?.state, { timeout: 90_000 }).toBe('ready')
      await webkit.start()
      await webkit.goto(site.url)
      expect(
        await webkit.run(`return document.createElement('video').canPlayType('application/vnd.apple.mpegurl')`),
      ).toBe('maybe')
      await webkit.run(
        `const video = document.createElement('video')
         window.stalls = 0
         video.muted = true
         video.src = arguments[0]
         video.addEventListener('waiting', () => (window.stalls += 1))
         document.body.replaceChildren(video)
         void video.play()`,
        (await playback())?.hls_url,
      )
      const at = () => webkit.run<number>(`return document.querySelector('video').currentTime`)
      await expect.poll(at).toBeGreaterThan(0.5)
      await webkit.run('window.stalls = 0')
      // Through two seams.
      await expect.poll(at).toBeGreaterThan(9)
      expect(await webkit.run('return window.stalls'), 'it never stands still').toBe(0)
      for (const to of [22, 5]) {
        await webkit.run(`document.querySelector('video').currentTime = ${to}`)
        await expect.poll(at).toBeGreaterThan(to + 1)
        expect(await at()).toBeLessThan(to + 10)
      }
      expect(await webkit.run(`return document.querySelector('video').duration`)).toBeCloseTo(30, 0)
      expect(await webkit.run(`return document.querySelector('video').error`)).toBeNull()
    } finally {
      webkit.stop()
      await site.stop()
    }
  })
}
