import type { Route } from '@playwright/test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  axe,
  clip,
  dialogOf,
  expect,
  fits,
  logIn,
  prefer,
  test as base,
  toast,
  type Page,
  type Site,
  type Video,
} from './fixtures'
import { Line } from './line'

/** Every browser of these tests reaches the site over a line that can be held and cut. */
const test = base.extend<{ line: Line }>({
  line: [
    async ({ site }, use) => {
      const line = new Line(new URL(site.url))
      await line.start()
      site.url = line.url
      await use(line)
      line.stop()
    },
    { auto: true },
  ],
  baseURL: async ({ line }, use) => use(line.url),
})

const MIB = 1 << 20
const HELD_AT = 12 * MIB
const LARGE = 40 * MIB

interface Open {
  id: string
  offset_bytes: number
}

const titles = async (site: Site) =>
  (await site.admin.get<{ items: Video[] }>('/videos')).items.map(({ title }) => title)
const open = async (site: Site) => (await site.admin.get<{ items: Open[] }>('/uploads')).items
const panel = (page: Page) => page.getByRole('region', { name: 'Uploads' })
const row = (page: Page, text: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: text })

/** A file on this machine: picked twice, it is the same one. */
function file(path: string, bytes: Buffer): string {
  writeFileSync(path, bytes)
  return path
}

/** Goes to the videos by a link of the page, which keeps what is under way. */
const toVideos = (page: Page) =>
  page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Videos' }).click()

async function choose(page: Page, paths: string[]) {
  await page.goto('/admin/upload')
  await page.locator('dialog[open] input[type=file][multiple]').setInputFiles(paths)
}

const start = (page: Page) =>
  dialogOf(page)
    .getByRole('button', { name: /^(Start upload|Upload \d+ files)$/ })
    .click()

async function upload(page: Page, ...paths: string[]) {
  await choose(page, paths)
  await start(page)
}

/** The tus requests of a page, as `PATCH 123` with the offset that they go on at. */
function requests(page: Page): string[] {
  const seen: string[] = []
  page.on('request', (request) => {
    const { 'tus-resumable': isTus, 'upload-offset': offset } = request.headers()
    if (isTus) seen.push(offset === undefined ? request.method() : `${request.method()} ${offset}`)
  })
  return seen
}

test.beforeEach(async ({ page, site }) => {
  await logIn(page, site.admin)
  // Leaving the page while something is under way asks first.
  page.on('dialog', (dialog) => void dialog.accept())
})

test('several files and a folder are uploaded, while the reader walks about', async ({ page, site, line }, info) => {
  const folder = info.outputPath('Season One')
  mkdirSync(folder, { recursive: true })
  for (const name of ['Episode 10.mp4', 'Episode 2.mp4']) file(join(folder, name), clip())
  file(join(folder, 'notes.txt'), Buffer.from('not a film'))
  const films = ['Long Film.mp4', 'Short Film.mp4'].map((name) =>
    file(info.outputPath(name), clip(name.startsWith('Long') ? LARGE : 16)),
  )

  await choose(page, films)
  await page.locator('dialog[open] input[webkitdirectory]').setInputFiles(folder)
  await expect(dialogOf(page).getByText('Skipped 1 file in the folder')).toBeVisible()
  // As people count.
  expect(await dialogOf(page).locator('li .name').allTextContents()).toEqual([
    'Long Film.mp4',
    'Short Film.mp4',
    'Episode 2.mp4',
    'Episode 10.mp4',
  ])
  await axe(page)
  const held = line.hold(HELD_AT)
  await start(page)
  await held

  const rest = panel(page).getByText('Uploading 4 of 4')
  await expect(rest).toBeVisible()
  await page.getByRole('link', { name: 'Accounts' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible()
  await expect(panel(page).getByRole('progressbar', { name: 'Long Film.mp4' })).toBeVisible()
  await axe(page)
  await toVideos(page)
  await expect(rest).toBeVisible()
  line.mend()
  await expect(panel(page).getByText('4 videos uploaded')).toBeVisible()
  await expect(row(page, 'Long Film')).toBeVisible()
  expect((await titles(site)).sort()).toEqual(['Episode 10', 'Episode 2', 'Long Film', 'Short Film'])
})

test('a line that breaks in the middle is waited for, and the rest goes on by itself', async ({
  page,
  site,
  line,
  allowed,
}, info) => {
  allowed.push(/net::ERR_/)
  const asked = requests(page)
  const bytes = clip(LARGE)
  const held = line.hold(HELD_AT)
  await upload(page, file(info.outputPath('Harbour Lights.mp4'), bytes))
  await held
  line.cut()
  await expect(panel(page).getByText('Connection lost. Trying again')).toBeVisible()
  await axe(page)
  line.mend()
  await expect(panel(page).getByText('1 video uploaded')).toBeVisible()
  expect(await titles(site)).toEqual(['Harbour Lights'])
  expect(asked.filter((request) => request === 'POST')).toHaveLength(1)
  expect(line.sentBytes).toBeLessThan(1.5 * bytes.length)
})

test('after a reload the same file goes on where it stopped, with what is entered now', async ({
  page,
  site,
  line,
  allowed,
}, info) => {
  allowed.push(/net::ERR_/, /status of 503/)
  const bytes = clip(LARGE)
  const path = file(info.outputPath('Harbour Lights.mp4'), bytes)
  const held = line.hold(HELD_AT)
  await upload(page, path)
  await held
  await page.reload()
  await expect.poll(async () => (await open(site))[0]?.offset_bytes).toBeGreaterThan(0)
  line.mend()

  const asked = requests(page)
  await choose(page, [path])
  await dialogOf(page).getByText('Free', { exact: true }).click()
  await dialogOf(page).getByRole('combobox', { name: 'Category' }).fill('Drama')
  await page.route('**/api/v1/videos/*', (route) =>
    route.request().method() === 'PATCH' ? route.fulfill({ status: 503 }) : route.continue(),
  )
  await start(page)
  await expect(panel(page).getByText('Uploaded, but the price, category and tags could not be set')).toBeVisible()
  expect(asked[0]).toBe('HEAD')
  expect(asked[1]).toMatch(/^PATCH [1-9]\d+$/)
  expect(asked).not.toContain('POST')
  expect(line.sentBytes).toBeLessThan(1.5 * bytes.length)

  await page.unroute('**/api/v1/videos/*')
  await panel(page).getByRole('button', { name: 'Try again' }).click()
  await expect(panel(page).getByText('1 video uploaded')).toBeVisible()
  expect(asked).toHaveLength(2)
  const [video] = (await site.admin.get<{ items: Video[] }>('/videos')).items
  expect(video).toMatchObject({ title: 'Harbour Lights', is_free: true, category: 'Drama', size_bytes: bytes.length })
})

test('an upload that a reload broke off asks for its file on the page of open uploads', async ({
  page,
  site,
  line,
  allowed,
}, info) => {
  allowed.push(/net::ERR_/, /status of 503/)
  const path = file(info.outputPath('Harbour Lights.mp4'), clip(LARGE))
  const held = line.hold(HELD_AT)
  await upload(page, path)
  await held
  await page.reload()
  await expect.poll(async () => (await open(site))[0]?.offset_bytes).toBeGreaterThan(0)
  line.mend()
  await page.goto('/admin/uploads')
  const choose = async (path: string) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose the file Harbour Lights.mp4' }).click()
    await (await chooser).setFiles(path)
  }
  await choose(file(info.outputPath('Other.mp4'), clip(50_000)))
  await expect(page.getByText('This is not the file')).toBeVisible()
  await choose(path)
  await expect(panel(page).getByText('1 video uploaded')).toBeVisible()
})

test('content that is here or in the trash is reported before a byte travels', async ({
  page,
  site,
  line,
  allowed,
}, info) => {
  allowed.push(/status of 409/)
  const bytes = clip(LARGE)
  const video = await site.admin.upload('Harbour Lights', {}, bytes)
  const path = file(info.outputPath('Lights of the Harbour.mp4'), bytes)
  await upload(page, path)
  await expect(panel(page).getByText('The library already has this video')).toBeVisible()
  await expect(panel(page).getByRole('link', { name: 'View' })).toHaveAttribute('href', `/videos/${video.id}`)

  await site.admin.post('/videos/trash', { ids: [video.id] })
  await panel(page).getByRole('button', { name: 'Close' }).click()
  await upload(page, path)
  await expect(panel(page).getByText('It is in the trash')).toBeVisible()
  await axe(page)
  expect(await titles(site)).toEqual([])
  await panel(page).getByRole('button', { name: 'Restore' }).click()
  await expect(panel(page).getByText('Restored from the trash')).toBeVisible()
  expect(await titles(site)).toEqual(['Harbour Lights'])
  expect(await open(site)).toEqual([])
  expect(line.sentBytes).toBeLessThan(MIB)
})

test('content that somebody else brings meanwhile ends the upload', async ({ page, site, line, allowed }, info) => {
  allowed.push(/status of 409/, /net::ERR_/)
  const bytes = clip(LARGE)
  const path = file(info.outputPath('Harbour Lights.mp4'), bytes)
  const held = line.hold(HELD_AT)
  await upload(page, path)
  await held
  await page.reload()
  await site.admin.upload('Brought by somebody else', {}, bytes)
  await upload(page, path)
  await expect(panel(page).getByText('The library already has this video')).toBeVisible()
  expect(await titles(site)).toEqual(['Brought by somebody else'])
  expect(await open(site)).toEqual([])
})

test('an upload is paused, goes on, and leaves nothing on the server once it is cancelled', async ({
  page,
  site,
  line,
}, info) => {
  const asked = requests(page)
  const bytes = clip(LARGE)
  let held = line.hold(HELD_AT)
  await upload(page, file(info.outputPath('Harbour Lights.mp4'), bytes))
  await held
  await panel(page).getByRole('button', { name: 'Pause Harbour Lights.mp4' }).click()
  await expect(panel(page).getByText('Uploads are paused')).toBeVisible()
  await axe(page)
  held = line.hold(HELD_AT)
  await panel(page).getByRole('button', { name: 'Resume Harbour Lights.mp4' }).click()
  await held
  expect(asked.filter((request) => request === 'POST')).toHaveLength(1)
  expect(asked.at(-1)).toMatch(/^PATCH [1-9]\d+$/)
  expect(await open(site)).toHaveLength(1)

  await panel(page).getByRole('button', { name: 'Cancel Harbour Lights.mp4' }).click()
  await expect(panel(page).getByText('Cancelled')).toBeVisible()
  await expect.poll(() => open(site)).toEqual([])
  line.mend()
  await panel(page).getByRole('button', { name: 'Try again' }).click()
  await expect(panel(page).getByText('1 video uploaded')).toBeVisible()
  expect(asked.filter((request) => request === 'POST')).toHaveLength(2)
})

test('an admin sees an open upload and ends it, and its sender is informed', async ({
  page,
  site,
  line,
  open: openWindow,
  allowed,
}, info) => {
  allowed.push(/net::ERR_/, /status of (410|423)/)
  const other = await openWindow()
  await logIn(other, site.admin)
  await other.goto('/admin/uploads')
  await expect(other.getByText('No open uploads')).toBeVisible()

  const held = line.hold(HELD_AT)
  await upload(page, file(info.outputPath('Harbour Lights.mp4'), clip(LARGE)))
  await held
  await other.goto('/admin/uploads')
  await expect(row(other, 'Harbour Lights.mp4')).toContainText('admin')
  await expect(row(other, 'Harbour Lights.mp4').getByRole('progressbar')).toBeVisible()
  await row(other, 'Harbour Lights.mp4').getByRole('button', { name: /^End/ }).click()
  await expect(dialogOf(other).getByText('its upload has to start over')).toBeVisible()
  await axe(other)
  await dialogOf(other).getByRole('button', { name: 'End' }).click()
  await expect(toast(other, 'has been ended')).toBeVisible()
  await expect(other.getByText('No open uploads')).toBeVisible()

  await expect(panel(page).getByText('This upload has ended or expired')).toBeVisible()
  expect(await open(site)).toEqual([])
  line.mend()
  await panel(page).getByRole('button', { name: 'Try again' }).click()
  await expect(panel(page).getByText('1 video uploaded')).toBeVisible()
  await other.goto('/admin/audit')
  await expect(row(other, 'ended an upload')).toContainText('Harbour Lights.mp4')
})

test('a proxy that takes no large requests gets small ones', async ({ page, allowed }, info) => {
  allowed.push(/status of 413/)
  const asked = requests(page)
  const refuse = (route: Route) =>
    route.fulfill({ status: 413, contentType: 'text/html', body: 'Request Entity Too Large' })
  await page.route('**/api/v1/uploads/*', refuse, { times: 1 })
  await upload(page, file(info.outputPath('Harbour Lights.mp4'), clip(2 * MIB)))
  await expect(panel(page).getByText('1 video uploaded')).toBeVisible()
  expect(asked).toEqual(['POST', 'PATCH 0', 'HEAD', 'PATCH 0', `PATCH ${MIB}`, `PATCH ${2 * MIB}`])
})

test('a file that changes meanwhile is reported, not tried for ever', async ({ page, line, allowed }, info) => {
  allowed.push(/net::ERR_/)
  const path = info.outputPath('Harbour Lights.mp4')
  const held = line.hold(HELD_AT)
  await upload(page, file(path, clip(LARGE)))
  await held
  file(path, clip(16))
  line.cut()
  await expect(panel(page).getByText('The file can no longer be read')).toBeVisible()
})

for (const [language, theme, width] of [
  ['zh', 'dark', 390],
  ['en', 'light', 1440],
] as const) {
  test(`open uploads and the panel are in order: ${language}, ${theme}, ${width} wide`, async ({
    page,
    site,
    line,
  }, info) => {
    await page.setViewportSize({ width, height: 900 })
    await prefer(page, language, theme)
    const names = ['一部名字很长很长的影片，长到一行里怎么也放不下，只好换行.mp4', 'Harbour Lights.mp4']
    const held = line.hold(HELD_AT)
    await page.goto('/admin/upload')
    await page
      .locator('dialog[open] input[type=file][multiple]')
      .setInputFiles(names.map((name) => file(info.outputPath(name), clip(LARGE))))
    await dialogOf(page).locator('button[type=submit]').click()
    await held
    const link = page.locator('nav a[href="/admin/uploads"]').first()
    await link.click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      language === 'zh' ? '未完成的上传' : 'Open uploads',
    )
    await expect(row(page, 'Harbour Lights.mp4')).toContainText(language === 'zh' ? '过期' : 'expires')
    await expect(row(page, names[0] ?? '').getByRole('progressbar')).toBeVisible()
    await fits(page)
    await axe(page)
    await page.screenshot({ path: info.outputPath('uploads.png') })
    await page.getByRole('button', { name: language === 'zh' ? '全部取消' : 'Cancel all' }).click()
    await expect.poll(() => open(site)).toEqual([])
    await expect(page.getByText(language === 'zh' ? '没有未完成的上传' : 'No open uploads')).toBeVisible()
  })
}
