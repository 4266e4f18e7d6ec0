import { readFile } from 'node:fs/promises'
import { clip, dialogOf, expect, logIn, test, toast, type Page } from './fixtures'

async function buy(page: Page, price: string) {
  await page
    .getByRole('button', { name: `Buy for ¥${price}` })
    .last()
    .click()
  await dialogOf(page)
    .getByRole('button', { name: `Pay ¥${price}` })
    .click()
  await expect(page.getByText('Yours for good')).toBeVisible()
}

async function downloaded(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()])
  return readFile(await download.path())
}

const download = (page: Page) => page.getByRole('button', { name: /^Download/ })

test('a countdown that a reload does not start over ends in the very file', async ({ page, site }) => {
  await site.wait(3)
  const viewer = await site.account('viewer')
  const file = clip(300_000)
  const video = await site.admin.upload('Night Ferry', {}, file)
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await download(page).click()
  await expect(page.getByText('The download starts by itself when the countdown ends')).toBeVisible()

  const bytes = await downloaded(page, async () => void (await page.reload()))
  expect(bytes.equals(file)).toBe(true)
  await expect(page.getByText('Your download is ready')).toBeVisible()
  const records = await viewer.get<{ items: { title: string }[] }>('/downloads')
  expect(records.items.map(({ title }) => title)).toEqual(['Night Ferry'])

  await page.goto('/library?tab=downloads')
  await expect(page.getByRole('link', { name: 'Night Ferry' })).toBeVisible()
})

test('a wait is counted down in the list, and ends in the file whatever page is open', async ({ page, site }) => {
  await site.wait(6)
  const viewer = await site.account('viewer')
  const file = clip(200_000)
  const video = await site.admin.upload('Night Ferry', {}, file)
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await download(page).click()
      await expect(page.getByText('it starts on any page')).toBeVisible()
      await page.getByRole('link', { name: 'My videos' }).first().click()
      await page.getByRole('tab', { name: 'Downloads' }).click()
      await expect(page.getByText(/\d seconds? left/)).toBeVisible()
      await page.getByRole('link', { name: 'Membership' }).first().click()
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    })(),
  ])
  expect((await readFile(await saved.path())).equals(file)).toBe(true)
  await expect(toast(page, '“Night Ferry” is downloading.')).toBeVisible()
})

test('a wait that began elsewhere is taken up from the list', async ({ page, site }) => {
  await site.wait(3)
  const viewer = await site.account('viewer')
  const video = await site.admin.upload('Night Ferry')
  await viewer.post(`/videos/${video.id}/downloads`)
  await logIn(page, viewer)
  await page.goto('/library?tab=downloads')
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download: Night Ferry' }).click(),
  ])
  expect(saved.suggestedFilename()).toBe('Night Ferry.mp4')
  await expect(page.getByText('Ready', { exact: true })).toBeVisible()
})

test('everybody pays 10.00, a member 5.00, and the wallet tells it all', async ({ page, site }) => {
  const viewer = await site.account('viewer', 10_000)
  const first = await site.admin.upload('Salt and Silk', { is_free: false })
  const second = await site.admin.upload('The Lighthouse Keeper', { is_free: false })
  const balance = async () => (await viewer.get<{ balance_minor: number }>('/wallet')).balance_minor
  await logIn(page, viewer)

  await page.goto(`/videos/${first.id}`)
  await expect(page.getByText('Members pay ¥5.00')).toBeVisible()
  await buy(page, '10.00')
  expect(await balance()).toBe(9_000)

  await page.goto('/plans')
  await page
    .getByRole('button', { name: /Become a member/ })
    .first()
    .click()
  await dialogOf(page).getByRole('button', { name: /^Pay/ }).click()
  await expect(toast(page, 'You are a member until')).toBeVisible()
  const membership = await viewer.get<{ active: boolean }>('/membership')
  expect(membership.active).toBe(true)
  const rest = await balance()
  expect(rest).toBeLessThan(9_000)

  await page.goto(`/videos/${second.id}`)
  await buy(page, '5.00')
  expect(await balance()).toBe(rest - 500)

  await page.goto('/wallet')
  await expect(page.getByRole('listitem').filter({ hasText: 'Salt and Silk' })).toContainText('10.00')
  await expect(page.getByRole('listitem').filter({ hasText: 'The Lighthouse Keeper' })).toContainText('5.00')
  await expect(page.getByRole('listitem').filter({ hasText: 'Cash at the desk' })).toContainText('100.00')

  await page.goto('/library')
  await expect(page.getByRole('link', { name: 'Salt and Silk', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'The Lighthouse Keeper', exact: true })).toBeVisible()
})

test('what was bought stays when it is withdrawn, and downloads without paying again', async ({ page, site }) => {
  const viewer = await site.account('viewer', 1_000)
  const file = clip()
  const video = await site.admin.upload('Paper Kites', { is_free: false }, file)
  await viewer.buy(video)
  await site.admin.post('/videos/trash', { ids: [video.id] })
  await logIn(page, viewer)
  await page.goto('/library')
  await expect(page.getByRole('listitem').filter({ hasText: 'Paper Kites' })).toContainText('Withdrawn')
  await page.getByRole('link', { name: 'Paper Kites', exact: true }).click()
  expect((await downloaded(page, () => download(page).click())).equals(file)).toBe(true)
})

test('too little money is reported before anything is charged', async ({ page, site }) => {
  const viewer = await site.account('viewer', 300)
  const video = await site.admin.upload('Glass Mountain', { is_free: false })
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Buy for ¥10.00' }).last().click()
  await expect(dialogOf(page).getByText('You are ¥7.00 short')).toBeVisible()
  await dialogOf(page).getByRole('link', { name: 'How to top up' }).click()
  await expect(page).toHaveURL(/\/wallet$/)
})

test('a price that changed in between is asked for again', async ({ page, site, allowed }) => {
  allowed.push(/status of 409 .*purchases/)
  const viewer = await site.account('viewer', 5_000)
  const video = await site.admin.upload('Moth Season', { is_free: false })
  await logIn(page, viewer)
  await page.goto(`/videos/${video.id}`)
  await page.getByRole('button', { name: 'Buy for ¥10.00' }).last().click()
  await site.admin.patch(`/videos/${video.id}`, { price_minor: 1_200 })
  await dialogOf(page).getByRole('button', { name: 'Pay ¥10.00' }).click()
  await expect(dialogOf(page).getByText('The price has just become ¥12.00.')).toBeVisible()
  await dialogOf(page).getByRole('button', { name: 'Pay ¥12.00' }).click()
  await expect(page.getByText('Yours for good')).toBeVisible()
  expect((await viewer.get<{ balance_minor: number }>('/wallet')).balance_minor).toBe(3_800)
})
