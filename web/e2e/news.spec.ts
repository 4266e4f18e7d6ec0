import { expect, logIn, test } from './fixtures'

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
