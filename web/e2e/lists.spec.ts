import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, logIn, test, type Site } from './fixtures'

const MANY = 10_000

const FIRST_ID = 1_000

/** Ten thousand videos like the one that is there, each with content of its own as far as the database knows, and
 *  each found by what that one is found by. A third costs nothing, a tenth keeps the category. */
function multiply(site: Site) {
  const database = join(site.dataDir, 'yingku.db')
  const run = (sql: string) =>
    execFileSync('sqlite3', ['-cmd', '.timeout 10000', database], { input: sql, encoding: 'utf8' })
  const copy = (table: string, other: Record<string, string>) => {
    const columns = run(`SELECT name FROM pragma_table_info('${table}')`).trim().split('\n')
    const values = columns.map((name) => other[name] ?? name)
    return `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM counted, ${table} WHERE ${table}.id = 1;`
  }
  const counted = `WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${MANY})`
  const blob = copy('blob', {
    id: `${FIRST_ID} + n`,
    content_hash: "printf('%064d', n)",
    storage_key: 'storage_key || n',
  })
  const video = copy('video', {
    id: `${FIRST_ID} + n`,
    blob_id: `${FIRST_ID} + n`,
    title: "title || ' ' || n",
    title_key: "title_key || ' ' || n",
    is_free: 'n % 3 = 0',
    category: "CASE WHEN n % 10 = 0 THEN category ELSE '' END",
    category_key: "CASE WHEN n % 10 = 0 THEN category_key ELSE '' END",
  })
  const grams = `INSERT INTO search_gram (kind, gram, subject_id) SELECT kind, gram, ${FIRST_ID} + n
    FROM counted, search_gram WHERE kind = 'video' AND subject_id = 1;`
  run(`BEGIN; ${counted} ${blob} ${counted} ${video} ${counted} ${grams} COMMIT;`)
}

for (const path of ['/', '/admin/videos']) {
  test(`ten thousand videos are scrolled and filtered without loading them all: ${path}`, async ({ page, site }) => {
    await site.admin.upload('Reel')
    multiply(site)
    await site.admin.upload('Needle in the Hay')
    await logIn(page, site.admin)
    const asked: string[] = []
    page.on('request', (request) => /\/api\/v1\/videos(\?|$)/.test(request.url()) && asked.push(request.url()))
    await page.goto(path)
    const shown = page.getByRole('main').getByRole('link', { name: /Reel \d+/ })
    await expect(shown.first()).toBeVisible()
    const first = await shown.count()
    expect(first).toBeLessThan(200)

    await page.mouse.move(700, 500)
    await expect(async () => {
      await page.mouse.wheel(0, 4_000)
      expect(await shown.count()).toBeGreaterThan(first)
    }).toPass()
    expect(await shown.count()).toBeLessThan(MANY / 10)
    expect(asked.length).toBeLessThan(20)

    const search = path === '/' ? page.getByRole('searchbox').first() : page.getByRole('main').getByRole('searchbox')
    await search.fill('needle')
    await expect(
      page
        .getByRole('main')
        .getByRole('link', { name: /Needle in the Hay/ })
        .first(),
    ).toBeVisible()
    await expect(shown).toHaveCount(0)
  })

  test(`ten thousand videos are filtered by price, category and text: ${path}`, async ({ page, site }) => {
    await site.admin.upload('Reel', { category: 'Archive' })
    multiply(site)
    await logIn(page, site.admin)
    await page.goto(`${path}?q=reel`)
    const shown = page.getByRole('main').getByRole('link', { name: /Reel \d+/ })
    await expect(shown.first()).toBeVisible()
    await page.getByText('Paid', { exact: true }).first().click()
    await page.getByLabel('Category', { exact: true }).first().selectOption('Archive')
    const isWanted = (name: string) => {
      const number = Number(/Reel (\d+)/.exec(name)?.[1])
      return number % 10 === 0 && number % 3 !== 0
    }
    await expect(async () => {
      const names = (await shown.allTextContents()).filter((name) => /Reel \d+/.test(name))
      expect(names.length).toBeGreaterThan(10)
      expect(names.filter((name) => !isWanted(name))).toEqual([])
    }).toPass()
    await expect(page).toHaveURL(/q=reel/)
    await expect(page).toHaveURL(/category=Archive/)
    await expect(page).toHaveURL(/price=paid/)
  })
}

test('of a long list only the rows in sight exist, and all of them are found again', async ({ page, site }) => {
  await site.admin.upload('Reel')
  multiply(site)
  await logIn(page, site.admin)
  await page.goto('/admin/videos')
  const rows = page.getByRole('main').getByRole('listitem')
  const first = page.getByRole('main').getByRole('link', { name: 'Reel 10000', exact: true }).last()
  await expect(first).toBeVisible()
  const loaded = page.getByRole('status').filter({ hasText: /\d+\+? videos/ })
  const count = async () => Number(/\d[\d,]*/.exec((await loaded.first().textContent()) ?? '')?.[0].replace(',', ''))
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await expect.poll(count).toBeGreaterThan(50)
  await page.waitForLoadState('networkidle')
  expect(await count(), 'one look at the end does not load everything').toBeLessThan(300)
  await page.mouse.move(700, 500)
  await expect(async () => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    expect(await rows.count()).toBeLessThan(200)
    expect(await count()).toBeGreaterThan(500)
  }).toPass({ timeout: 40_000, intervals: [50] })
  await expect(first).toHaveCount(0)
  // Nothing jumps: what is in sight stays there when the rows above it go.
  await page.mouse.wheel(0, -3_000)
  await expect(rows.nth(10)).toBeAttached()
  await page.evaluate(() => scrollTo(0, 0))
  await expect(first).toBeInViewport()
})
