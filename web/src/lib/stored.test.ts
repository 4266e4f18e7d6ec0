import { keep, kept } from '$lib/stored'
import { expect, test, vi } from 'vitest'

test('what is kept is there, until it is removed', () => {
  keep('theme', 'dark')
  expect(kept('theme')).toBe('dark')
  keep('theme', null)
  expect(kept('theme')).toBe(null)
})

test('a browser that forbids storage keeps nothing, and nothing breaks', () => {
  const forbid = () => {
    throw new DOMException('forbidden', 'SecurityError')
  }
  vi.stubGlobal('localStorage', { getItem: forbid, setItem: forbid, removeItem: forbid })
  keep('theme', 'dark')
  expect(kept('theme')).toBe(null)
  vi.unstubAllGlobals()
})
