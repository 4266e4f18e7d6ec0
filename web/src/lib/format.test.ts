import { bytes, clock, minorOf, money, resolution, typedOf } from '$lib/format'
import { session } from '$lib/state/session.svelte'
import { language } from '$texts'
import { beforeEach, expect, test } from 'vitest'

beforeEach(async () => {
  session.site = { ...session.site, currency: 'CNY' }
  await language.choose('en')
})

test('an amount is shown and read in minor units', () => {
  expect(money(123456)).toBe('¥1,234.56')
  expect(money(-500, true)).toBe('-¥5.00')
  expect(minorOf(' 12,5 ')).toBe(1250)
  expect(minorOf('0.07')).toBe(7)
  expect(typedOf(7)).toBe('0.07')
  for (const typed of ['', '-1', '1.234', '1e3', 'ten', '1.2.3']) expect(minorOf(typed), typed).toBe(null)
})

test('a currency without minor units has none', () => {
  session.site = { ...session.site, currency: 'JPY' }
  expect(minorOf('500')).toBe(500)
  expect(minorOf('5.0')).toBe(null)
  expect(typedOf(500)).toBe('500')
})

test('lengths and sizes are rounded to what people read', () => {
  expect([0, 59_499, 59_500, 3_600_000, 3_727_000].map(clock)).toEqual(['0:00', '0:59', '1:00', '1:00:00', '1:02:07'])
  expect([0, 1, 1_023, 1_024, 1_550_000, 100 * 2 ** 30, 3 * 2 ** 40].map(bytes)).toEqual([
    '0 bytes',
    '1 byte',
    '1,023 bytes',
    '1 KiB',
    '1.5 MiB',
    '100 GiB',
    '3 TiB',
  ])
  expect([resolution(1920, 1080), resolution(360, 640), resolution(3840, 2160), resolution(320, 240)]).toEqual([
    '1080p',
    '360p',
    '4K',
    '320×240',
  ])
})

test('numbers follow the language', async () => {
  await language.choose('zh')
  expect(money(123456)).toBe('¥1,234.56')
  expect(bytes(1_550_000)).toBe('1.5 MiB')
  expect(document.documentElement.lang).toBe('zh-CN')
})
