import { dialogOf, expect, logIn, PASSWORD, test, toast, type Page } from './fixtures'

async function fillLogin(page: Page, name: string, password: string) {
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).last().click()
}

const isLoggedIn = (page: Page) => expect(page.getByRole('button', { name: 'Account menu' })).toBeVisible()

test('an invite opens the registration, once', async ({ page, open, site, allowed }) => {
  allowed.push(/status of 4\d\d .*api\/v1\/accounts/)
  await site.admin.set('signup.user', 'invite')
  const invite = await site.admin.post<{ code: string }>('/invites', { role: 'user', uses: 1 })
  const register = async (window: Page, name: string) => {
    await window.goto(`/register?invite=${invite.code}`)
    await expect(window.getByLabel('Invite code')).toHaveValue(invite.code)
    await window.getByLabel('User name').fill(name)
    await window.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await window.getByRole('button', { name: 'Sign up' }).last().click()
  }

  await register(page, '小明')
  await expect(toast(page, 'Welcome, 小明.')).toBeVisible()
  await isLoggedIn(page)

  const second = await open()
  await register(second, '小红')
  await expect(
    second
      .locator('main')
      .getByText(/invite/i)
      .last(),
  ).toBeVisible()
  await expect(second).toHaveURL(/register/)
  const accounts = await site.admin.get<{ items: { name: string }[] }>('/accounts')
  expect(accounts.items.map(({ name }) => name).sort()).toEqual(['admin', '小明'])
})

test('a login leads back to the page that asked for it, and logging out ends it', async ({ page, site, allowed }) => {
  allowed.push(/status of 401 .*api\/v1\/sessions/)
  await site.account('viewer')
  await page.goto('/wallet')
  await expect(page).toHaveURL(/\/login\?next=/)
  await fillLogin(page, 'viewer', 'not my password')
  await expect(page.getByRole('alert')).toBeVisible()
  await fillLogin(page, 'viewer', PASSWORD)
  await expect(page).toHaveURL(/\/wallet$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wallet')

  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await expect(toast(page, 'You are logged out.')).toBeVisible()
  expect((await page.request.get('/api/v1/wallet')).status()).toBe(401)
})

test('logging out everywhere ends the other window too', async ({ page, open, site, allowed }) => {
  allowed.push(/status of 401 /)
  const viewer = await site.account('viewer')
  const other = await open()
  await logIn(page, viewer)
  await logIn(other, viewer)
  await other.goto('/library')
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('My videos')

  await page.goto('/account')
  await page.getByRole('button', { name: 'Log out everywhere' }).click()
  await dialogOf(page).getByRole('button', { name: 'Log out everywhere' }).click()
  await expect(page).toHaveURL(/\/login/)
  await other.getByRole('tab', { name: 'Downloads' }).click()
  await expect(other).toHaveURL(/\/login/)
})

test('one login is ended, the others go on', async ({ page, open, site, allowed }) => {
  allowed.push(/status of 401 /)
  const viewer = await site.account('viewer')
  const [other, third] = [await open(), await open()]
  for (const window of [page, other]) await logIn(window, viewer)
  const sessions = () => viewer.get<{ items: { id: number; client: string; current: boolean }[] }>('/sessions')
  await logIn(third, viewer)
  await third.goto('/library')
  const [newest] = (await sessions()).items
    .filter(({ client }) => client.includes('Chrome'))
    .sort((a, b) => b.id - a.id)
  await page.goto('/account')
  const list = page.getByRole('main').getByRole('listitem')
  await expect(list).toHaveCount(4)
  const ended = page.waitForRequest((request) => request.method() === 'DELETE')
  // The newest of the browsers stands first.
  await list.filter({ hasText: /Chrom/ }).filter({ hasNotText: 'This' }).first().getByRole('button').click()
  await expect(toast(page, 'That login has ended')).toBeVisible()
  expect((await ended).url()).toContain(`/sessions/${newest?.id}`)
  await expect(list).toHaveCount(3)
  await third.getByRole('tab', { name: 'Downloads' }).click()
  await expect(third).toHaveURL(/\/login/)
  await other.goto('/library')
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('My videos')
})

test('language and theme are switched with a click, and kept', async ({ page, site }) => {
  await site.admin.set('site.footer', '[Terms](/terms) · 京ICP备00000000号')
  await site.admin.set('site.support_contact', 'the desk')
  const html = page.locator('html')
  await page.goto('/login')
  await expect(page.getByRole('contentinfo')).toContainText('京ICP备00000000号')
  await expect(page.getByRole('contentinfo').getByRole('link', { name: 'Terms' })).toBeVisible()
  await page.getByRole('button', { name: 'Language · Appearance' }).click()
  await page.getByText('中文', { exact: true }).click()
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('欢迎回来')
  await page.getByText('浅色', { exact: true }).click()
  await expect(html).toHaveAttribute('data-theme', 'light')
  await page.reload()
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await expect(html).toHaveAttribute('data-theme', 'light')

  // The same choices stand in the menu of an account; whom to pay stands in the wallet.
  await logIn(page, await site.account('viewer'))
  await page.goto('/wallet')
  await expect(page.getByRole('main').getByText('the desk')).toBeVisible()
  await page.getByRole('button', { name: '账号菜单' }).click()
  await page.getByText('English', { exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Wallet')
  await page.getByText('Dark', { exact: true }).click()
  await expect(html).toHaveAttribute('data-theme', 'dark')
})

test('a changed password ends other logins and is the only one that works', async ({ page, open, site, allowed }) => {
  allowed.push(/status of 401 /)
  const viewer = await site.account('viewer')
  const other = await open()
  await logIn(page, viewer)
  await logIn(other, viewer)
  await page.goto('/account')
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('New password', { exact: true }).fill('another long password')
  await page.getByRole('button', { name: 'Change your password' }).click()
  await expect(toast(page, 'Your password has been changed.')).toBeVisible()
  await other.goto('/wallet')
  await expect(other).toHaveURL(/\/login/)
  await fillLogin(other, 'viewer', PASSWORD)
  await expect(other.getByRole('alert')).toBeVisible()
  await fillLogin(other, 'viewer', 'another long password')
  await isLoggedIn(other)
})

test('a reset code of an admin is traded for a new password', async ({ page, site }) => {
  const viewer = await site.account('viewer')
  const { code } = await site.admin.post<{ code: string }>(`/accounts/${viewer.id}/reset-code`)
  await page.goto('/login')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reset your password')
  await page.getByLabel('User name').fill('viewer')
  await page.getByLabel('Reset code').fill(code)
  await page.getByLabel('New password', { exact: true }).fill('remembered this time')
  await page.getByRole('button', { name: 'Set new password' }).click()
  await expect(toast(page, 'Your password has been changed.')).toBeVisible()
  await fillLogin(page, 'viewer', 'remembered this time')
  await isLoggedIn(page)
})
