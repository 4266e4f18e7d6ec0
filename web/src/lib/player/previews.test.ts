import { expect, test } from 'vitest'
import { parse, previewAt } from './previews'

const INDEX = `WEBVTT

00:00:00.000 --> 00:00:10.500
/p/a/sheet.webp#xywh=0,0,160,90

00:00:10.500 --> 01:02:03.004
/p/a/sheet.webp#xywh=160,0,160,90

01:02:03.004 --> 01:02:09.000
/p/b/sheet.webp#xywh=0,90,160,90
`

test('an index is read, and each second has its frame', () => {
  const previews = parse(INDEX)
  expect(previews.map(({ start }) => start)).toEqual([0, 10.5, 3723.004])
  expect(previews[2]).toEqual({ start: 3723.004, path: '/p/b/sheet.webp', x: 0, y: 90, width: 160, height: 90 })
  expect(previewAt(previews, 0)).toBe(previews[0])
  expect(previewAt(previews, 10.49)).toBe(previews[0])
  expect(previewAt(previews, 10.5)).toBe(previews[1])
  expect(previewAt(previews, 99_999)).toBe(previews[2])
  expect(previewAt([], 1)).toBeUndefined()
  expect(parse('WEBVTT\n')).toEqual([])
})
