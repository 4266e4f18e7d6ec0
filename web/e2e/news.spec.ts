import { axe, expect, logIn, test, toast } from './fixtures'

test('an announcement is unread until it is read', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const unread = async () => (await viewer.get<{ count: number }>('/announcements/unread')).count
  await site.admin.announce('Autumn programme', 'Every **Friday** at seven.')
  await logIn(page, viewer)
  await page.goto('/announcements')
  const link = page.getByRole('link', { name: /Autumn programme/ }).first()
  await expect(page.getByText('Unread', { exact: true })).toBeAttached()
  expect(await unread()).toBe(1)

  await link.click()
  await expect(page.locator('main strong', { hasText: 'Friday' })).toBeVisible()
  await expect.poll(unread).toBe(0)
  await page.goBack()
  await expect(link).toBeVisible()
  await expect(page.getByText('Unread', { exact: true })).toHaveCount(0)
})

test('all announcements are marked as read at once', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  for (const title of ['Opening hours', 'New films']) await site.admin.announce(title, 'See the board.')
  await logIn(page, viewer)
  await page.goto('/announcements')
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await expect(page.getByText('Unread', { exact: true })).toHaveCount(0)
  expect((await viewer.get<{ count: number }>('/announcements/unread')).count).toBe(0)
})

test('one announcement is pinned to the front page, until the reader closes it', async ({ page, site, open }) => {
  await site.admin.upload('Night Ferry')
  const first = await site.admin.announce('Autumn programme', 'Every **Friday** at seven.')
  const second = await site.admin.announce('Closed on Monday', 'Repairs.')
  const admin = await open()
  await logIn(admin, site.admin)
  const pin = async (id: number) => {
    await admin.goto(`/admin/announcements/${id}`)
    await admin.getByRole('checkbox', { name: /^Pin to the front page/ }).check()
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect(toast(admin, 'Saved')).toBeVisible()
  }
  await pin(first.id)
  await logIn(page, await site.account('viewer'))
  await page.goto('/')
  const banner = page.getByRole('complementary', { name: 'Pinned announcement' })
  await expect(banner).toContainText('Every Friday at seven.')
  await axe(page)
  await banner.getByRole('link').click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Autumn programme')

  await pin(second.id)
  await page.goto('/')
  await expect(banner).toContainText('Closed on Monday')
  await banner.getByRole('button', { name: 'Close' }).click()
  await expect(banner).toHaveCount(0)
  const answered = page.waitForResponse(/announcements\?pinned/)
  await page.reload()
  await (await answered).finished()
  await expect(page.getByRole('heading', { level: 1, name: 'Night Ferry' })).toBeVisible()
  await expect(banner).toHaveCount(0)
  await admin.goto('/admin/announcements')
  await expect(admin.getByText('Pinned', { exact: true })).toHaveCount(1)
})
