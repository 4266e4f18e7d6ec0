import { axe, expect, film, logIn, test, WINDOWS, type Page } from './fixtures'

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50']

for (const [where, window] of WINDOWS) {
  test.describe(where, () => {
    test.use(window)

    test('comments are written, answered, liked, reported, reviewed and deleted', async ({ page, site }) => {
      const [one, other] = [await site.account('one'), await site.account('other')]
      const video = await site.admin.upload('The Long Road', {}, film(5, H264))
      await logIn(page, one)
      await page.goto(`/videos/${video.id}`)
      const comments = page.getByRole('region', { name: 'Comments' })
      await comments.scrollIntoViewIfNeeded().catch(() => {})
      await page.mouse.wheel(0, 4_000)
      await comments.getByLabel('Write a comment…').fill('Worth <b>every</b> minute')
      await comments.getByRole('button', { name: 'Post' }).click()
      const comment = comments.getByRole('article').first()
      await expect(comment).toContainText('Worth <b>every</b> minute')

      await logIn(page, other)
      await page.goto(`/videos/${video.id}`)
      await page.mouse.wheel(0, 4_000)
      await comment.getByRole('button', { name: 'Like the comment by one' }).click()
      await expect(comment.getByRole('button', { name: 'Like the comment by one' })).toHaveText('1')
      await comment.getByRole('button', { name: 'Reply' }).click()
      await comments.getByLabel('Reply to one').fill('So it is')
      await comments.getByRole('button', { name: 'Post' }).last().click()
      await expect(comments.getByRole('article').nth(1)).toContainText('So it is')
      await axe(page, 'comments')
      await comment.getByRole('button', { name: 'More about the comment by one' }).click()
      await page.getByRole('button', { name: 'Report' }).click()
      await expect(page.getByText('Reported. An administrator will look at it.')).toBeVisible()

      await logIn(page, site.admin)
      await page.goto('/admin/discussion')
      const row = page.getByRole('listitem').filter({ hasText: 'Worth' })
      await expect(row).toContainText('Reported by other')
      await axe(page, 'the review of comments')
      await row.getByRole('button', { name: 'Mute' }).click()
      await expect(page.getByText('one has been muted')).toBeVisible()
      await row.getByRole('button', { name: 'Delete' }).click()
      await expect(row).toHaveCount(0)
      await page.goto(`/videos/${video.id}`)
      await page.mouse.wheel(0, 4_000)
      await expect(comments.getByText('No comments yet. Write the first one.')).toBeVisible()
    })
  })
}

async function play(page: Page, id: number) {
  await page.goto(`/videos/${id}`)
  await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(0.3)
}

/** How much of the picture danmaku cover: points that are not empty. */
const drawn = (page: Page) =>
  page.locator('.danmaku canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas
    const data = canvas.getContext('2d')!.getImageData(0, 0, width, height).data
    return data.filter((value, place) => place % 4 === 3 && value > 0).length
  })

test('danmaku are sent, seen by others while they watch, hidden and deleted', async ({ page, open, site }) => {
  await site.admin.set('danmaku.enabled', 'true')
  const [one, other] = [await site.account('one'), await site.account('other')]
  const video = await site.admin.upload('The Long Road', {}, film(60, H264))
  await logIn(page, one)
  await play(page, video.id)
  const second = await open()
  await logIn(second, other)
  await play(second, video.id)
  await second.getByLabel('Say something over the picture').fill('前方高能')
  await second.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => drawn(second)).toBeGreaterThan(0)
  const { items } = await other.get<{ items: { at_ms: number }[] }>(`/videos/${video.id}/danmaku?from_ms=0&to_ms=60000`)
  const at = (items[0]?.at_ms ?? 0) / 1_000
  const film2 = second.locator('video')
  /** Goes to the moment of the danmaku once more, and a second beyond. */
  const again = async () => {
    await film2.evaluate((film: HTMLVideoElement, at) => (film.currentTime = Math.max(0, at - 0.2)), at)
    await expect.poll(() => film2.evaluate((film: HTMLVideoElement) => film.seeking || film.readyState < 3)).toBe(false)
    await expect.poll(() => film2.evaluate((film: HTMLVideoElement) => film.currentTime)).toBeGreaterThan(at + 1)
  }
  await second.getByRole('button', { name: 'List (1)' }).click()
  await expect(second.getByRole('listitem').filter({ hasText: '前方高能' })).toBeVisible()
  await axe(second, 'danmaku')
  await page.getByRole('button', { name: 'List (1)' }).click({ timeout: 15_000 })
  const mine = page.getByRole('listitem').filter({ hasText: '前方高能' })
  await expect(mine.getByRole('button', { name: 'Report danmaku: 前方高能' })).toBeVisible()
  // A word that is not wanted, and the moving ones altogether.
  await second.getByRole('button', { name: 'Danmaku settings' }).click()
  await axe(second, 'the settings of danmaku')
  await second.getByLabel('Hide words').fill('高能')
  await second.getByLabel('Hide words').press('Enter')
  await second.keyboard.press('Escape')
  await again()
  expect(await drawn(second)).toBe(0)
  await second.getByRole('button', { name: 'Danmaku settings' }).click()
  await second.getByLabel('Hide words').fill('')
  await second.getByLabel('Hide words').press('Enter')
  await second.keyboard.press('Escape')
  await again()
  expect(await drawn(second)).toBeGreaterThan(0)
  await second.getByRole('button', { name: 'Delete danmaku: 前方高能' }).click()
  await expect(second.getByText('No danmaku here yet.')).toBeVisible()
  await second.getByRole('button', { name: 'Danmaku', exact: true }).click()
  await expect(second.locator('.danmaku canvas')).toHaveCount(0)
})
