import { axe, clip, dialogOf, expect, fits, logIn, prefer, test, toast, type Page, type Site } from './fixtures'
import { Line } from './line'

test.beforeEach(async ({ page, site }) => logIn(page, site.admin))

/** Lets a file go over the page, as a mouse would. */
async function drop(page: Page, name: string, bytes: Buffer) {
  const dataTransfer = await page.evaluateHandle(
    ([name = '', base64 = '']) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], name, { type: 'video/mp4' }))
      return transfer
    },
    [name, bytes.toString('base64')],
  )
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer })
}

const row = (page: Page, text: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: text })
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const confirm = (page: Page, name: string | RegExp) => dialogOf(page).getByRole('button', { name }).click()
const titles = async (site: Site) =>
  (await site.admin.get<{ items: { title: string }[] }>('/videos')).items.map(({ title }) => title)

test('a dropped file is uploaded, and recognised when it is dropped again', async ({ page, site, allowed }) => {
  allowed.push(/status of 409/)
  const file = clip(3_000_000)
  await page.goto('/admin/videos')
  await expect(page.getByText('No videos yet')).toBeVisible()
  const uploads = page.getByRole('region', { name: 'Uploads' })
  for (const message of [/Uploaded/, /already has this video/]) {
    await drop(page, 'Harbour Lights.mp4', file)
    await expect(dialogOf(page).getByText('Harbour Lights.mp4')).toBeVisible()
    await confirm(page, 'Start upload')
    await expect(uploads.getByText(message)).toBeVisible()
  }
  await expect(row(page, 'Harbour Lights')).toBeVisible()
  expect(await titles(site)).toEqual(['Harbour Lights'])
  await page.getByRole('main').getByRole('link', { name: 'Harbour Lights' }).last().click()
  await page.getByRole('textbox', { name: 'Title' }).fill('Harbour Lights, restored')
  await press(page, 'Save')
  await expect.poll(() => titles(site)).toEqual(['Harbour Lights, restored'])
})

test('what goes to the trash comes back by undo', async ({ page, site }) => {
  for (const title of ['Moon Garden', 'Stone Soup']) await site.admin.upload(title)
  await page.goto('/admin/videos')
  await press(page, 'Move Moon Garden to the trash')
  await expect(toast(page, 'Moved to the trash')).toBeVisible()
  await expect(row(page, 'Moon Garden')).toHaveCount(0)
  expect(await titles(site)).toEqual(['Stone Soup'])
  await toast(page, 'Moved to the trash').getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'Moon Garden')).toBeVisible()
  await expect.poll(() => titles(site)).toEqual(['Stone Soup', 'Moon Garden'])
})

test('a draft is listed for administrators alone, until it is made public', async ({ page, site, open, allowed }) => {
  allowed.push(/status of 404/)
  const video = await site.admin.upload('Night Ferry')
  const viewer = await site.account('viewer')
  // A slow answer: nothing can be chosen that its arrival would overwrite.
  await page.route(`**/api/v1/videos/${video.id}`, async (route) => {
    await new Promise((done) => setTimeout(done, 700))
    await route.continue()
  })
  await page.goto(`/admin/videos/${video.id}`)
  await page.getByRole('group', { name: 'Visibility' }).getByText('Draft').click()
  await press(page, 'Save')
  await expect(toast(page, 'Saved')).toBeVisible()
  expect(await titles(site)).toEqual([])
  const other = await open()
  await logIn(other, viewer)
  await other.goto(`/videos/${video.id}`)
  await expect(other.getByRole('heading', { level: 1 })).not.toHaveText('Night Ferry')
  await page.goto('/admin/videos')
  await expect(row(page, 'Night Ferry').getByText('Draft')).toBeVisible()
  await page.getByLabel('Visibility', { exact: true }).selectOption('Public')
  await expect(row(page, 'Night Ferry')).toHaveCount(0)
  await page.goto(`/videos/${video.id}`)
  await expect(page.getByText('Only administrators see this title.')).toBeVisible()
  // Scheduled: a moment is asked for.
  await page.goto(`/admin/videos/${video.id}`)
  await page.getByRole('group', { name: 'Visibility' }).getByText('Scheduled').click()
  await page.getByLabel('Public from').fill('2020-01-01T10:00')
  allowed.push(/status of 422/)
  await press(page, 'Save')
  await expect(page.getByText(/in the future/)).toBeVisible()
  await page.getByLabel('Public from').fill('2099-01-01T10:00')
  await press(page, 'Save')
  await expect(toast(page, 'Saved')).toBeVisible()
  await page.getByRole('group', { name: 'Visibility' }).getByText('Public').click()
  await press(page, 'Save')
  await expect.poll(() => titles(site)).toEqual(['Night Ferry'])
})

test('several are edited and trashed at once, and both can be undone', async ({ page, site }) => {
  for (const title of ['Reel One', 'Reel Two', 'Reel Three']) await site.admin.upload(title)
  const categories = async () =>
    (await site.admin.get<{ items: { category: string }[] }>('/videos')).items.map(({ category }) => category)
  await page.goto('/admin/videos')
  await page.getByLabel('Select everything found').check()
  await press(page, 'Edit')
  await dialogOf(page).getByLabel('Change the category').check()
  await dialogOf(page).getByLabel('Category', { exact: false }).last().fill('Archive')
  await confirm(page, 'Save')
  await expect(toast(page, '3 videos changed')).toBeVisible()
  expect(await categories()).toEqual(['Archive', 'Archive', 'Archive'])
  await toast(page, '3 videos changed').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(categories).toEqual(['', '', ''])
  // Hidden from viewers, and back.
  const states = async () =>
    (await site.admin.get<{ items: { visibility: string }[] }>('/videos?visibility=draft')).items.length
  await page.getByLabel('Select everything found').check()
  await press(page, 'Edit')
  await dialogOf(page).getByLabel('Change the visibility').check()
  await dialogOf(page).getByText('Draft', { exact: true }).click()
  await confirm(page, 'Save')
  await expect.poll(states).toBe(3)
  await toast(page, '3 videos changed').last().getByRole('button', { name: 'Undo' }).click()
  await expect.poll(states).toBe(0)
  await page.getByLabel('Select everything found').check()
  await press(page, 'Move to trash')
  await expect(toast(page, '3 videos moved to the trash')).toBeVisible()
  expect(await titles(site)).toEqual([])
  await toast(page, '3 videos moved to the trash').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => (await titles(site)).length).toBe(3)
})

test('the audit log is filtered, and an action that was done to many is one entry', async ({ page, site }) => {
  const videos = []
  for (const title of ['Reel One', 'Reel Two', 'Reel Three']) videos.push(await site.admin.upload(title))
  await site.admin.patch('/videos', { ids: videos.map(({ id }) => id), category: 'Archive' })
  await site.account('viewer')
  await page.goto('/admin/audit')
  const edited = row(page, 'edited a video')
  await expect(edited).toHaveCount(1)
  await expect(edited).toContainText('and 2 more')
  await edited.locator('summary').click()
  for (const { title } of videos) await expect(edited.getByText(title, { exact: true }).last()).toBeVisible()
  await axe(page)

  await page.getByLabel('Action', { exact: true }).selectOption('registered')
  await expect(edited).toHaveCount(0)
  await expect(row(page, 'viewer')).toHaveCount(1)
  await page.getByLabel('To', { exact: true }).fill('2020-01-01')
  await expect(page.getByText('Nothing matches these filters')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('To', { exact: true })).toHaveValue('2020-01-01')
  await press(page, 'Clear filters')
  await expect(edited).toHaveCount(1)
  await page.getByRole('combobox', { name: 'Filter by who did it' }).fill('view')
  await page.getByRole('option', { name: 'viewer' }).click()
  await expect(page).toHaveURL(/actor=\d+/)
  await expect(edited).toHaveCount(0)
  await expect(row(page, 'viewer').first()).toBeVisible()
})

test('the trash shows who bought, restores, and deletes for good only when that is known', async ({ page, site }) => {
  const viewer = await site.account('viewer', 1_000)
  const bought = await site.admin.upload('Paper Moon', { is_free: false })
  const other = await site.admin.upload('Tin Roof')
  await viewer.buy(bought)
  await site.admin.post('/videos/trash', { ids: [bought.id, other.id] })
  await page.goto('/admin/trash')
  await expect(row(page, 'Paper Moon')).toContainText('1 person bought it')
  await row(page, 'Tin Roof')
    .getByRole('button', { name: /^Restore/ })
    .click()
  await expect.poll(() => titles(site)).toEqual(['Tin Roof'])
  await row(page, 'Paper Moon')
    .getByRole('button', { name: /^Delete for good/ })
    .click()
  const purge = dialogOf(page).getByRole('button', { name: 'Delete for good' })
  await expect(purge).toBeDisabled()
  await dialogOf(page).getByLabel('I know that this person loses the video').check()
  await purge.click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
})

test('the trash is searched, and everything found is restored at once', async ({ page, site }) => {
  const ids: number[] = []
  for (let number = 0; number < 60; number++)
    ids.push((await site.admin.upload(`Reel ${number}`, {}, Buffer.from(`reel ${number}`))).id)
  ids.push((await site.admin.upload('Paper Moon')).id)
  await site.admin.post('/videos/trash', { ids })
  await page.goto('/admin/trash')
  await page.getByRole('main').getByRole('searchbox').fill('reel')
  await expect(row(page, 'Paper Moon')).toHaveCount(0)
  await page.getByLabel('Select everything found').check()
  // Fifty are on the page.
  await expect(page.getByText('60 selected')).toBeVisible()
  await page
    .getByRole('region', { name: '60 selected' })
    .getByRole('button', { name: /^Restore/ })
    .click()
  await expect(toast(page, '60 videos restored')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await expect(row(page, 'Paper Moon')).toBeVisible()
  expect((await site.admin.get<{ items: unknown[] }>('/trash')).items).toHaveLength(1)
})

test('a page that cannot reach the server goes on by itself when it is back', async ({ page, site, allowed }) => {
  allowed.push(/net::ERR_/)
  await site.admin.upload('Paper Moon')
  await page.route('**/api/v1/videos?*', (route) => route.abort())
  await page.goto('/admin/videos')
  await expect(page.getByRole('alert')).toBeVisible()
  await page.unroute('**/api/v1/videos?*')
  await expect(row(page, 'Paper Moon')).toBeVisible()
})

test('locking an account cuts the download that runs', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const size = 96 << 20
  const video = await site.admin.upload('Long Haul', {}, clip(size))
  const ticket = await viewer.post<{ url: string }>(`/videos/${video.id}/downloads`)
  const answer = await fetch(new URL(ticket.url, site.url))
  const reader = answer.body!.getReader()
  let received = (await reader.read()).value?.length ?? 0
  expect(received).toBeGreaterThan(0)

  await page.goto(`/admin/accounts/${viewer.id}`)
  await press(page, 'Lock account')
  await confirm(page, 'Lock account')
  await expect(toast(page, 'The account is locked')).toBeVisible()

  const rest = async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      received += value.length
    }
  }
  await expect(rest()).rejects.toThrow()
  expect(received).toBeLessThan(size)
  await expect(site.logIn('viewer')).rejects.toThrow('account_locked')
  await press(page, 'Unlock account')
  await expect(toast(page, 'The account is unlocked')).toBeVisible()
  expect((await site.logIn('viewer')).name).toBe('viewer')
})

test('locking an account cuts the download of its browser', async ({ page, open, site, allowed }) => {
  allowed.push(/a request to .*\/d\//)
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Long Haul', {}, clip(96 << 20))
  const line = new Line(new URL(site.url))
  await line.start()
  try {
    line.holdAnswers(8 << 20)
    const window = await open({ acceptDownloads: true })
    await logIn(window, viewer)
    const ticket = await viewer.post<{ url: string }>(`/videos/${video.id}/downloads`)
    const [download] = await Promise.all([
      window.waitForEvent('download'),
      // A navigation that turns into a download is aborted.
      window.goto(`${line.url}${ticket.url}`).catch(() => null),
    ])
    await page.goto(`/admin/accounts/${viewer.id}`)
    await press(page, 'Lock account')
    await confirm(page, 'Lock account')
    await expect(toast(page, 'The account is locked')).toBeVisible()
    line.mend()
    expect(await download.failure()).not.toBeNull()
  } finally {
    line.stop()
  }
})

test('an account is found, credited, reversed and noted, and its time-line tells it', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  await site.account('somebody')
  const balance = async () => (await viewer.get<{ balance_minor: number }>('/wallet')).balance_minor
  await page.goto('/admin/accounts')
  await page.getByRole('main').getByRole('searchbox').fill('view')
  await expect(row(page, 'somebody')).toHaveCount(0)
  await row(page, 'viewer').getByRole('link').first().click()
  await press(page, 'Credit')
  await dialogOf(page).getByLabel('Amount').fill('25.50')
  await dialogOf(page).getByLabel('Reason').fill('Cash at the desk')
  await confirm(page, /^Credit/)
  await expect(toast(page, 'credited')).toBeVisible()
  expect(await balance()).toBe(2_550)

  await page
    .getByRole('button', { name: /^Reverse/ })
    .first()
    .click()
  await dialogOf(page).getByLabel('Reason').fill('Wrong person')
  await confirm(page, /^Reverse/)
  await expect(toast(page, 'Reversed')).toBeVisible()
  expect(await balance()).toBe(0)

  await page.getByLabel('Note').fill('Pays by bank')
  await page.getByRole('main').getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'Note saved')).toBeVisible()

  await press(page, 'Make reset code')
  await confirm(page, 'Make reset code')
  const code = await dialogOf(page).getByLabel('Reset code').inputValue()
  expect(code.length).toBeGreaterThan(8)
  await page.keyboard.press('Escape')

  const timeline = page.getByRole('region', { name: 'Timeline' })
  for (const act of [
    'registered',
    'logged in',
    'credited the wallet',
    'reversed a movement',
    'changed the account',
    'created a reset code',
  ]) {
    await expect(timeline.getByText(act).first()).toBeVisible()
  }
})

test('a wallet that is open shows what is credited, and what is spent cannot be taken back', async ({
  page,
  site,
  open,
}) => {
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Salt Road', { is_free: false })
  const other = await open()
  await logIn(other, viewer)
  await other.goto('/wallet')
  await expect(other.getByText(/\b0\.00/).first()).toBeVisible()
  await site.admin.credit(viewer, 1_500, 'At the desk')
  await expect(other.getByText('At the desk')).toBeVisible({ timeout: 15_000 })
  await viewer.buy(video)
  await page.goto(`/admin/accounts/${viewer.id}`)
  await page
    .getByRole('listitem')
    .filter({ hasText: 'credited the wallet' })
    .getByRole('button', { name: /^Reverse/ })
    .click()
  await expect(dialogOf(page).getByText(/10\.00 of it has already been spent/)).toBeVisible()
})

test('a pause after failed logins is shown with its reason, and lifted', async ({ page, site }) => {
  const viewer = await site.account('forgetful')
  for (let tries = 0; tries < 5; tries++) await expect(site.logIn('forgetful', 'not this one')).rejects.toThrow(/401/)
  await expect(site.logIn('forgetful')).rejects.toThrow(/Try again in 15 minutes/)
  await page.goto(`/admin/accounts/${viewer.id}`)
  await expect(page.getByText(/After 5 failed attempts from 127\.0\.0\.1: 15 more minutes/)).toBeVisible()
  await press(page, 'Let them log in now')
  await expect(page.getByText('Logging in is paused')).toHaveCount(0)
  await site.logIn('forgetful')
})

test('an account is made an administrator', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  await page.goto(`/admin/accounts/${viewer.id}`)
  await press(page, 'Make administrator')
  await confirm(page, 'Make administrator')
  await expect(toast(page, 'They are now an administrator')).toBeVisible()
  expect((await site.logIn('viewer')).account.role).toBe('admin')
})

test('news is previewed, published now, and later', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const seen = async () =>
    (await viewer.get<{ items: { title: string }[] }>('/announcements')).items.map(({ title }) => title)
  const write = async (title: string) => {
    await page.goto('/admin/announcements/new')
    await page.getByRole('textbox', { name: 'Title' }).fill(title)
    await page.getByRole('textbox', { name: 'Content' }).fill('Every **Friday** at seven.')
    await expect(page.getByRole('region', { name: 'Preview' }).locator('strong')).toHaveText('Friday')
  }
  await write('Autumn programme')
  await press(page, 'Publish')
  await expect(toast(page, 'Published')).toBeVisible()
  expect(await seen()).toEqual(['Autumn programme'])

  await write('Winter programme')
  await page.getByLabel('Publish at').fill('2099-12-24T20:00')
  await press(page, 'Schedule')
  await expect(row(page, 'Winter programme')).toContainText('Scheduled')
  expect(await seen()).toEqual(['Autumn programme'])
})

test('an invite is shown once, lets somebody in, and is revoked', async ({ page, site, open }) => {
  await site.admin.set('signup.user', 'invite')
  await page.goto('/admin/invites')
  await press(page, 'Create invite')
  await dialogOf(page).getByLabel('What for').fill('Class 3')
  await confirm(page, 'Create invite')
  const link = await dialogOf(page).getByLabel('Link to sign up').inputValue()
  await page.keyboard.press('Escape')
  await expect(row(page, 'Class 3')).toContainText('Valid')

  const guest = await open()
  await guest.goto(link)
  await guest.locator('input[autocomplete=username]').fill('newcomer')
  for (const field of await guest.locator('input[type=password]').all()) await field.fill('a long enough password')
  await guest.locator('form button[type=submit]').click()
  await expect(guest).not.toHaveURL(/register/)
  expect((await site.logIn('newcomer')).account.role).toBe('user')
  await row(page, 'Class 3')
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await confirm(page, 'Revoke')
  await expect(row(page, 'Class 3')).toContainText('Revoked')
})

test('a worker is registered, its token is shown once, and it is revoked', async ({ page }) => {
  await page.goto('/admin/workers')
  await press(page, 'Register worker')
  await dialogOf(page).getByLabel('Name').fill('Studio PC')
  await confirm(page, 'Register worker')
  const token = await dialogOf(page).getByLabel('Token').inputValue()
  const command = await dialogOf(page).getByLabel('On the worker').inputValue()
  expect(command).toBe(`yingku worker --server ${new URL(page.url()).origin} --token ${token}`)
  await page.keyboard.press('Escape')
  await expect(row(page, 'Studio PC')).toContainText('Never seen')

  const claim = () =>
    page.request.post('/api/v1/assignments', { data: {}, headers: { authorization: `Bearer ${token}` } })
  expect((await claim()).status()).toBe(204)
  await page.reload()
  await expect(row(page, 'Studio PC')).toContainText('Online')
  await row(page, 'Studio PC')
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await confirm(page, 'Revoke')
  await expect(row(page, 'Studio PC')).toContainText('Revoked')
  expect((await claim()).status()).toBe(401)
})

test('a plan that is changed is sold as changed, and not at all once it is off sale', async ({ page, site }) => {
  const plans = async () =>
    (await site.admin.get<{ items: { code: string; price_minor: number; on_sale: boolean }[] }>('/plans')).items
  const month = async () => (await plans()).find(({ code }) => code === 'month')
  await page.goto('/admin/plans')
  const line = row(page, 'One month')
  await line.getByRole('button', { name: /^Edit/ }).click()
  await dialogOf(page).getByLabel('Price').fill('12.00')
  await confirm(page, 'Save')
  await expect(toast(page, 'Plan saved')).toBeVisible()
  expect((await month())?.price_minor).toBe(1_200)
  await line.getByRole('button', { name: /^Take off sale/ }).click()
  await expect(toast(page, 'is off sale')).toBeVisible()
  expect((await month())?.on_sale).toBe(false)
})

test('the dashboard has its figures as a table too, and downloads are listed', async ({ page, site }) => {
  const viewer = await site.account('viewer', 2_000)
  await viewer.buy(await site.admin.upload('Salt and Silk', { is_free: false }))
  await page.goto('/admin')
  await expect(page.getByRole('img', { name: /^Sales: ¥10.00 in total/ })).toBeVisible()
  await page.getByText('The figures as a table').click()
  await expect(page.getByRole('cell', { name: '¥10.00' }).first()).toBeVisible()
  await page.goto('/admin/records')
  await expect(row(page, 'Salt and Silk')).toContainText('viewer')
})

test('jobs are listed, cancelled, and run again', async ({ page, site }) => {
  await site.admin.upload('Tin Drum')
  await page.goto('/admin/jobs')
  const rows = page.getByRole('listitem')
  await expect(rows.filter({ hasText: 'Examine a file' }).getByText('done')).toBeVisible()
  const trash = rows.filter({ hasText: 'Empty the trash' })
  await trash.getByRole('button', { name: /^Cancel/ }).click()
  await expect(trash.getByText('cancelled')).toBeVisible()
  await page.getByLabel('State').selectOption('cancelled')
  await expect(page).toHaveURL(/state=cancelled/)
  await expect(rows.filter({ hasText: 'Examine a file' })).toHaveCount(0)
  await trash.getByRole('button', { name: /^Run again/ }).click()
  await expect(trash).toHaveCount(0)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(trash.getByText('waiting')).toBeVisible()
})

test('a setting out of its bounds is refused beside its field, a good one is kept', async ({ page }) => {
  await page.goto('/admin/settings')
  const days = page.getByLabel('Keep in the trash')
  await days.fill('-5')
  await press(page, 'Save')
  await expect(days).toHaveAttribute('aria-invalid', 'true')
  await days.fill('14')
  await press(page, 'Save')
  await expect(toast(page, 'Saved')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Keep in the trash')).toHaveValue('14')
  await page.goto('/admin/audit')
  await expect(row(page, 'changed a setting').first()).toBeVisible()
})

const PAGES = [
  '',
  '/videos',
  '/videos/1',
  '/uploads',
  '/trash',
  '/accounts',
  '/accounts/2',
  '/invites',
  '/announcements',
  '/announcements/new',
  '/announcements/1',
  '/plans',
  '/records',
  '/audit',
  '/jobs',
  '/workers',
  '/settings',
]

for (const [language, theme, width] of [
  ['zh', 'dark', 1440],
  ['en', 'light', 390],
] as const) {
  test(`every page of the administration is in order: ${language}, ${theme}, ${width} wide`, async ({ page, site }) => {
    // Seventeen pages, and axe on each.
    test.slow()
    const viewer = await site.account('viewer', 2_000)
    await viewer.buy(
      await site.admin.upload('灯塔 Lighthouse', { is_free: false, category: '剧情', tags: 'sea,night' }),
    )
    await site.admin.post('/videos/trash', { ids: [(await site.admin.upload('Old Reel')).id] })
    await site.admin.announce('秋季片单', '每周五晚七点。')
    await page.setViewportSize({ width, height: 900 })
    await prefer(page, language, theme)
    for (const path of PAGES) {
      await page.goto(`/admin${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await page.waitForLoadState('networkidle')
      await fits(page)
      await axe(page)
    }
  })
}
