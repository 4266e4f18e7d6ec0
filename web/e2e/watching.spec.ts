import { axe, expect, film, logIn, PHONE, prefer, test, type Page } from './fixtures'

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50']
const SRT = '1\n00:00:00,500 --> 00:00:40,000\n你好，我们走吧。\n'

/** All layout shifts of a page until then. */
const shifts = (page: Page) => page.evaluate(() => (window as unknown as { moved: number }).moved)

for (const [language, isPhone] of [
  ['zh', true],
  ['zh', false],
  ['en', true],
] as const) {
  const where = isPhone ? 'a phone' : 'a wide window'

  test(`a film is watched with subtitles, danmaku and comments on ${where}: ${language}`, async ({ open, site }) => {
    test.slow()
    await site.admin.set('danmaku.enabled', 'true')
    const viewer = await site.account('viewer')
    const video = await site.admin.upload('灯塔看守人', { category: '剧情' }, film(45, H264))
    await site.admin.upload('灯塔看守人 2', { category: '剧情' }, film(6, H264))
    await site.admin.post(`/videos/${video.id}/subtitles?language=zh-Hans&file_name=a.srt`, Buffer.from(SRT))
    await site.admin.post(`/videos/${video.id}/comments`, { text: '好看' })
    await site.admin.post(`/videos/${video.id}/danmaku`, { at_ms: 3_000, text: '前方高能' })
    const page = await open(isPhone ? { ...PHONE, reducedMotion: 'reduce' } : {})
    await prefer(page, language, 'light')
    await logIn(page, viewer)
    await page.addInitScript(() => {
      const seen = window as unknown as { moved: number }
      seen.moved = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.moved += (entry as unknown as { value: number }).value
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(`/videos/${video.id}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('灯塔看守人')
    await page.waitForLoadState('networkidle')
    expect(await shifts(page)).toBeLessThan(0.05)
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await wide(), 'nothing is wider than the window').toBeLessThanOrEqual(0)
    await page.locator('button.play').click()
    const at = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)
    await expect.poll(at).toBeGreaterThan(1)

    const words = page.locator('.player .captions')
    if (language === 'zh') await expect(words).toHaveText('你好，我们走吧。')
    else await expect(words).toHaveCount(0)
    // Whoever wants little motion asks for danmaku first.
    const danmaku = page.getByRole('button', { name: language === 'zh' ? '弹幕' : 'Danmaku', exact: true })
    await expect(danmaku).toHaveAttribute('aria-pressed', isPhone ? 'false' : 'true')
    await expect(page.locator('.danmaku canvas')).toHaveCount(isPhone ? 0 : 1)
    if (isPhone) await danmaku.click()
    await expect(page.locator('.danmaku canvas')).toHaveCount(1)
    await page.getByLabel(language === 'zh' ? '发个弹幕' : 'Say something over the picture').fill('来了')
    await page.getByRole('button', { name: language === 'zh' ? '发送' : 'Send', exact: true }).click()
    await page.getByRole('button', { name: language === 'zh' ? '弹幕列表（2）' : 'List (2)' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: '来了' })).toBeVisible()
    await axe(page, 'danmaku')

    await page.getByRole('region', { name: language === 'zh' ? '接下来' : 'Up next' }).scrollIntoViewIfNeeded()
    const comments = page.getByRole('region', { name: language === 'zh' ? '评论' : 'Comments' })
    await expect(comments.getByRole('article')).toContainText('好看')
    await comments.getByLabel(language === 'zh' ? '写评论…' : 'Write a comment…').fill('同意')
    await comments.getByRole('button', { name: language === 'zh' ? '发布' : 'Post' }).click()
    await expect(comments.getByRole('article').first()).toContainText('同意')
    await axe(page, 'comments')
    expect(await wide(), 'nothing is wider than the window').toBeLessThanOrEqual(0)
  })
}
