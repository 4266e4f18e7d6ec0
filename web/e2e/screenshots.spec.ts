import type { BrowserContextOptions } from '@playwright/test'
import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  expect,
  landscape,
  logIn,
  PHONE,
  prefer,
  test,
  type Caller,
  type Page,
  type Site,
  type Video,
} from './fixtures'

const WIDE = { viewport: { width: 1440, height: 900 } }
const SHARP_PHONE = { ...PHONE, deviceScaleFactor: 2 }
const MAX_BYTES = 250_000

const FILMS: [title: string, category: string, tags: string, isFree: boolean][] = [
  ['Slow Trains North', 'Documentary', 'railways,winter', true],
  ['灯塔看守人', '剧情', '海,经典', false],
  ['A Field Guide to Clouds', 'Documentary', 'weather', true],
  ['雨夜书店', '剧情', '城市', false],
  ['The Salt Road', 'Drama', 'desert', false],
  ['山里的春天', '纪录片', '自然', true],
  ['Letters from Orbit', 'Science', 'space', false],
  ['胡同的声音', '纪录片', '城市', true],
  ['小行星来信', '动画', '家庭', false],
  ['Harbour at Five', 'Drama', 'sea', true],
  ['第一课：光与影', '课程', '摄影', true],
  ['Twelve Bridges', 'Documentary', 'architecture', false],
  ['长江夜航', '纪录片', '河流', false],
  ['Paper Kites', 'Animation', 'family', false],
]

/** A site as people might run it. */
async function furnish(site: Site) {
  const { admin } = site
  await admin.set('site.name', '长夜放映室')
  await admin.set('site.support_contact', 'desk@example.org')
  const viewer = await site.account('林小满', 20_000)
  await viewer.join('month')
  const others = [await site.account('Ada', 8_000), await site.account('陈默', 6_000)]
  const videos = []
  for (const [at, [title, category, tags, is_free]] of FILMS.entries()) {
    const video = await admin.upload(title, { category, tags, is_free }, landscape(at))
    await admin.patch(`/videos/${video.id}`, { description: about(title) })
    videos.push(video)
  }
  const pictured = async () => {
    const { items } = await viewer.get<{ items: { poster?: object }[] }>('/videos')
    return items.filter(({ poster }) => poster).length
  }
  await expect.poll(pictured, { timeout: 120_000 }).toBe(FILMS.length)
  const paid = videos.filter((video) => !video.is_free)
  for (const video of paid.slice(0, 4)) await viewer.buy(video)
  for (const [at, other] of others.entries()) {
    for (const video of paid.slice(at, at + 3)) await other.buy(video)
    for (const video of videos.filter((video) => video.is_free)) await download(other, video)
  }
  await admin.set('danmaku.enabled', 'true')
  const shown = paid[0]!
  await admin.post(`/videos/${shown.id}/subtitles?language=zh-Hans&file_name=a.srt`, Buffer.from(SUBTITLES))
  for (const [at, text] of DANMAKU.entries()) {
    const danmaku = { at_ms: 300 + at * 350, text, color: ['#ffffff', '#ffd166', '#7bdff2'][at % 3] }
    await others[at % others.length]!.post(`/videos/${shown.id}/danmaku`, danmaku)
  }
  await others[0]!.post(`/videos/${shown.id}/comments`, { text: '第一个镜头就安静下来了。' })
  await admin.announce('周五夜场：灯塔看守人', '晚上七点，带上一盏灯。')
  return { viewer, open: videos.at(-1)?.id, owned: paid[0]?.id }
}

const SUBTITLES = '1\n00:00:00,000 --> 00:01:00,000\n灯还亮着，就有人在看海。\n'
const DANMAKU = [
  '来了来了',
  '这个光影太美了',
  '前排占座',
  '第三遍重温',
  '音乐一起就想家',
  '求同款灯塔',
  '画面像明信片',
  '安静',
]

/** Fetches all of it, as a player would. */
async function download(caller: Caller, video: Video) {
  const { url } = await caller.post<{ url: string }>(`/videos/${video.id}/downloads`)
  await (await fetch(new URL(url, caller.url))).arrayBuffer()
}

const about = (title: string) =>
  /\p{Script=Han}/u.test(title)
    ? '一盏灯，一片海，和一个不肯离开的人。\n导演用四个季节记录下同一扇窗外的天气，以及窗里慢慢变老的一家人。'
    : 'Four seasons, one line of track and the people who keep it open.\nA quiet film about work, weather and the last train home.'

test('pictures of the main pages', async ({ open, site }, info) => {
  test.setTimeout(240_000)
  const folder = process.env.SCREENSHOTS ? resolve(process.env.SCREENSHOTS) : info.outputPath('screenshots')
  mkdirSync(folder, { recursive: true })
  const { viewer, open: unbought, owned } = await furnish(site)
  const window = async (
    caller: Caller,
    language: 'zh' | 'en',
    theme: 'dark' | 'light',
    options: BrowserContextOptions,
  ) => {
    const window = await open({ reducedMotion: 'reduce', ...options })
    await prefer(window, language, theme)
    await logIn(window, caller)
    return window
  }
  const take = async (window: Page, name: string, path: string) => {
    await window.goto(path)
    await expect(window.getByRole('heading', { level: 1 }).first()).toBeVisible()
    await window.waitForLoadState('networkidle')
    // Without a scrollbar its room would be a stripe at the side.
    await window.evaluate(() => (document.documentElement.style.scrollbarGutter = 'auto'))
    const file = join(folder, `${name}.jpg`)
    await window.screenshot({ path: file, type: 'jpeg', quality: 82 })
    expect(statSync(file).size, name).toBeLessThanOrEqual(MAX_BYTES)
  }

  /** The player with a film, some seconds in, its controls in sight. */
  const filmed = async (window: Page, path: string) => {
    await window.emulateMedia({ reducedMotion: 'no-preference' })
    await window.goto(path)
    await window.locator('button.play').click()
    const picture = window.locator('video')
    await expect.poll(() => picture.evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(3.2)
    await picture.evaluate((video: HTMLVideoElement) => video.pause())
    await window.evaluate(() => (document.documentElement.style.scrollbarGutter = 'auto'))
    await window.mouse.move(700, 420)
    await expect(window.locator('.player .captions')).toBeVisible()
    const file = join(folder, 'player-zh-dark.jpg')
    await window.screenshot({ path: file, type: 'jpeg', quality: 82 })
    expect(statSync(file).size).toBeLessThanOrEqual(MAX_BYTES)
    await window.emulateMedia({ reducedMotion: 'reduce' })
  }

  const zh = await window(viewer, 'zh', 'dark', WIDE)
  await take(zh, 'front-zh-dark', '/')
  await take(zh, 'video-zh-dark', `/videos/${owned}`)
  await filmed(zh, `/videos/${owned}`)
  await take(zh, 'library-zh-dark', '/library')
  await take(await window(viewer, 'zh', 'dark', SHARP_PHONE), 'front-zh-dark-phone', '/')

  const en = await window(viewer, 'en', 'light', WIDE)
  await take(en, 'front-en-light', '/')
  await take(en, 'plans-en-light', '/plans')
  const phone = await window(viewer, 'en', 'light', SHARP_PHONE)
  await take(phone, 'video-en-light-phone', `/videos/${unbought}`)
  await take(phone, 'wallet-en-light-phone', '/wallet')

  const admin = await window(site.admin, 'en', 'dark', WIDE)
  await take(admin, 'admin-dashboard-en-dark', '/admin')
  await take(admin, 'admin-videos-en-dark', '/admin/videos')
  await take(admin, 'video-en-dark', `/videos/${unbought}`)

  await take(await window(viewer, 'zh', 'light', WIDE), 'front-zh-light', '/')
  const chinese = await window(site.admin, 'zh', 'light', WIDE)
  await take(chinese, 'admin-dashboard-zh-light', '/admin')
  await take(await window(site.admin, 'zh', 'dark', SHARP_PHONE), 'admin-videos-zh-dark-phone', '/admin/videos')
})
