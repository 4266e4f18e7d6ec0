import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, logIn, test, type Site } from './fixtures'

const MANY = 10_000

const FIRST_ID = 1_000

/** Ten thousand videos like the one that is there, each with content of its own as far as the database knows. */
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
  })
  run(`BEGIN; ${counted} ${blob} ${counted} ${video} COMMIT;`)
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
}
