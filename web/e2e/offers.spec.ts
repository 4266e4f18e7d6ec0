import { axe, expect, film, logIn, test, WINDOWS } from './fixtures'

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50']

for (const [where, window] of WINDOWS) {
  test.describe(where, () => {
    test.use(window)

    test('what comes next starts by itself, unless the viewer wants none of it', async ({ page, site }) => {
      test.slow()
      // Each player makes room for the next.
      await site.admin.set('playback.max_streams', 1)
      const viewer = await site.account('viewer')
      const lectures = []
      for (const [number, seconds] of [
        [10, 9],
        [2, 8],
        [1, 4],
      ]) {
        lectures.push(await site.admin.upload(`Lecture ${number}`, { category: 'Course' }, film(seconds!, H264)))
      }
      await logIn(page, viewer)
      await page.goto(`/videos/${lectures[2]!.id}`)
      const next = page.getByRole('region', { name: 'Up next' })
      await expect(next.getByRole('link')).toContainText('Lecture 2')
      await expect(page.getByText('0 views')).toBeVisible()
      await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
      await expect(page.getByText(/^Starts in \d s$/)).toBeVisible({ timeout: 20_000 })
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lecture 2', { timeout: 20_000 })
      await expect(next.getByRole('link')).toContainText('Lecture 10')
      const at = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
      await expect.poll(at).toBeGreaterThan(0)
      await next.getByLabel('Autoplay').uncheck()
      await expect(page.getByRole('button', { name: 'Play now' })).toBeVisible({ timeout: 20_000 })
      await expect(page.getByText(/^Starts in/)).toHaveCount(0)
      await axe(page, 'the end of a film')
      await page.getByRole('button', { name: 'Play now' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lecture 10')
      await expect(next).toHaveCount(0)
      await expect.poll(at).toBeGreaterThan(0)
    })

    test('favourites, what to watch later, and a history that is off', async ({ page, site }) => {
      const viewer = await site.account('viewer')
      const video = await site.admin.upload('The Long Road', {}, film(6, H264))
      await logIn(page, viewer)
      await page.goto(`/videos/${video.id}`)
      const favourite = page.getByRole('button', { name: 'Favourites' })
      await favourite.click()
      await page.getByRole('button', { name: 'Watch later' }).click()
      await expect(favourite).toHaveAttribute('aria-pressed', 'true')
      await page.reload()
      await expect(favourite).toHaveAttribute('aria-pressed', 'true')
      await page.goto('/library?tab=later')
      await expect(page.getByRole('link', { name: 'The Long Road' })).toBeVisible()
      await axe(page, 'the list to watch later')
      await page.getByRole('button', { name: 'Remove “The Long Road”' }).click()
      await expect(page.getByText('Nothing to watch later')).toBeVisible()
      await page.getByRole('tab', { name: 'Favourites' }).click()
      await expect(page.getByRole('link', { name: 'The Long Road' })).toBeVisible()

      await page.goto('/account')
      await page.getByLabel('Keep a history of what I watch').uncheck()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.goto(`/videos/${video.id}`)
      const watched = page.waitForResponse((response) => response.url().endsWith('/progress'))
      await page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click()
      await watched
      await page.goto('/library?tab=history')
      await expect(page.getByText('You have not watched anything yet')).toBeVisible()
      await expect(page.getByRole('link', { name: 'The Long Road' })).toHaveCount(0)
    })

    test('the front page has shelves, and at its head what the admin chose', async ({ page, site }) => {
      test.slow()
      const viewer = await site.account('viewer')
      const chosen = await site.admin.upload('The Chosen One', { category: 'Film' }, film(5, H264))
      for (let number = 1; number <= 13; number += 1) {
        await site.admin.upload(`Number ${number}`, { category: number % 2 ? 'Film' : 'Music', is_free: number < 4 })
      }
      await logIn(page, site.admin)
      await page.goto(`/admin/videos/${chosen.id}`)
      await page.getByRole('button', { name: 'Put at the top of the front page' }).click()
      await expect(page.getByText('Now at the top of the front page')).toBeVisible()

      await logIn(page, viewer)
      await page.addInitScript(() => {
        const shifts = window as unknown as { moved: number }
        shifts.moved = 0
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) shifts.moved += (entry as unknown as { value: number }).value
        }).observe({ type: 'layout-shift', buffered: true })
      })
      await page.goto('/')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('The Chosen One')
      await expect(page.getByText('Featured')).toBeVisible()
      const shelf = (name: string) => page.getByRole('region', { name, exact: true })
      await expect(shelf('New').getByRole('link').first()).toContainText('Number 13')
      await expect(shelf('Music').getByRole('listitem')).toHaveCount(6)
      await expect(shelf('Free to watch').getByRole('listitem')).toHaveCount(4)
      expect(await page.evaluate(() => (window as unknown as { moved: number }).moved)).toBeLessThan(0.05)
      await axe(page, 'the shelves of the front page')
      await shelf('Music').getByRole('heading').getByRole('link').click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Music')
      await expect(shelf('New')).toHaveCount(0)
    })

    test('a video is shared, and plays in a frame of another page that is allowed', async ({ page, site }) => {
      const viewer = await site.account('viewer')
      const video = await site.admin.upload('The Long Road', {}, film(20, H264))
      await logIn(page, viewer)
      await page.goto(`/videos/${video.id}`)
      await page.getByRole('button', { name: 'Share' }).click()
      await axe(page, 'the dialog to share')
      const code = await page.getByLabel('Embed code').inputValue()
      expect(code).toContain(`/embed/${video.id}"`)
      await page.keyboard.press('Escape')

      // A page of the same site, as another program beside it would serve it.
      await page.route('**/elsewhere', (route) =>
        route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>Elsewhere</title>${code}` }),
      )
      await page.goto('/elsewhere')
      const frame = page.frameLocator('iframe')
      await expect(frame.getByRole('link', { name: /The Long Road/ })).toBeVisible()
      await frame.getByRole('button', { name: 'Play: The Long Road' }).click()
      await expect
        .poll(() => frame.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
        .toBeGreaterThan(0.3)
    })
  })
}
