import { expect, logIn, test } from './fixtures'

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
