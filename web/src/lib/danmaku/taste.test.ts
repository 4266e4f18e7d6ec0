import { beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
})

test('a viewer sees what is wanted, and the same each time', async () => {
  const { isShown } = await import('./taste.svelte')
  const all = { opacity: 80, density: 100, speed: 'normal' as const, hidden: [], words: '' }
  const text = { id: 7, text: 'Spoiler ahead', mode: 'top' as const }
  expect(isShown(text, all)).toBe(true)
  expect(isShown(text, { ...all, hidden: ['top'] })).toBe(false)
  expect(isShown(text, { ...all, words: '剧透，spoiler' })).toBe(false)
  expect(isShown(text, { ...all, words: '剧透' })).toBe(true)
  const shown = Array.from({ length: 10_000 }, (_, id) => isShown({ ...text, id }, { ...all, density: 20 }))
  const count = shown.filter(Boolean).length
  expect(count).toBeGreaterThan(1_800)
  expect(count).toBeLessThan(2_200)
})
