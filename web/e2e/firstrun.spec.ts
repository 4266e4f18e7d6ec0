import { axe, clip, expect, fits, PASSWORD, test } from './fixtures'

test.use({ hasAdmin: false })

test('the setup code leads through every step to a library with its first video', async ({ page, site }) => {
  const heading = page.getByRole('heading', { level: 1 })
  await page.goto('/')
  await expect(heading).toHaveText('Welcome to Yingku')
  await axe(page, 'language')
  await page.getByRole('button', { name: 'English' }).click()

  await expect(heading).toHaveText('You are the first administrator')
  await axe(page, 'admin')
  await page.getByLabel('Setup code').fill(site.setupCode)
  await page.getByLabel('User name').fill('admin')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()

  await expect(heading).toHaveText('Name your library')
  await axe(page, 'site')
  await page.getByLabel('Site name').fill('The Lamp Room')
  await page.getByText('Anyone').click()
  // Whoever wants to pay must know whom to ask.
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(heading).toHaveText('Name your library')
  await page.getByLabel('Contact').fill('the desk')
  await page.getByRole('button', { name: 'Next' }).click()

  await expect(heading).toHaveText('Set your prices')
  await axe(page, 'prices')
  await page.getByLabel('Paid videos').fill('12.50')
  await page.getByLabel('For members').fill('20')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText('Must not be more than others pay')).toBeVisible()
  await page.getByLabel('For members').fill('6')
  await page.getByRole('button', { name: 'Next' }).click()

  await expect(heading).toHaveText('Upload your first video')
  await page.getByRole('button', { name: 'Back' }).click()
  await expect(page.getByLabel('Paid videos')).toHaveValue('12.50')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByRole('radio', { name: /^Paid, .*12.50$/ })).toBeChecked()
  await axe(page, 'upload')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'Opening Night.mp4', mimeType: 'video/mp4', buffer: clip() })
  await expect(page.getByText('Opening Night')).toBeVisible()
  await page.getByRole('button', { name: 'Next' }).click()

  await expect(heading).toHaveText('All set')
  await axe(page, 'done')
  await expect(page.getByText('Only this computer can reach the site at the moment')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Invite people' })).toBeVisible()
  await page.getByRole('button', { name: 'Open the library' }).click()
  await expect(page.getByRole('link', { name: 'The Lamp Room' }).first()).toBeVisible()
  await expect(page.locator('section.library').getByRole('link', { name: 'Opening Night' })).toBeVisible()

  const { price_paid_minor, price_paid_member_minor } = await (await page.request.get('/api/v1/site')).json()
  expect([price_paid_minor, price_paid_member_minor]).toEqual([1250, 600])
  const [video] = (await (await page.request.get('/api/v1/videos')).json()).items
  expect([video.is_free, video.price_minor]).toEqual([false, 1250])
})

test.describe('on a phone, in Chinese', () => {
  test.use({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })

  test('every step of the setup is in order', async ({ page, site }) => {
    const heading = page.getByRole('heading', { level: 1 })
    const step = async (title: string) => {
      await expect(heading).toHaveText(title)
      await fits(page, title)
      await axe(page, title)
    }
    const next = () => page.getByRole('button', { name: '下一步' }).click()
    await page.goto('/')
    await page.getByRole('button', { name: '中文' }).click()
    await step('您是第一位管理员')
    await page.getByLabel('设置码').fill(site.setupCode)
    await page.getByLabel('用户名').fill('馆长')
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: '创建管理员' }).click()
    await step('给您的片库起个名字')
    await page.getByLabel('联系方式').fill('前台')
    await next()
    await step('定个价')
    await next()
    await step('上传第一部影片')
    await page.getByRole('button', { name: '以后再说' }).click()
    await step('一切就绪')
  })
})

test('a wrong setup code makes no admin', async ({ page, allowed }) => {
  allowed.push(/status of 4\d\d .*api\/v1\/setup/)
  await page.goto('/setup?step=admin')
  await page.getByLabel('Setup code').fill('not-the-code')
  await page.getByLabel('User name').fill('intruder')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await expect(page.getByText('The setup code is wrong.')).toBeVisible()
  expect((await (await page.request.get('/api/v1/site')).json()).needs_setup).toBe(true)
})
