import { codecs, spoken, type Stream } from '$lib/video/streams'
import { language } from '$texts'
import { beforeEach, expect, test } from 'vitest'

const stream = (kind: Stream['kind'], codec: string, facts: Partial<Stream> = {}): Stream => ({
  kind,
  codec,
  is_default: false,
  is_forced: false,
  ...facts,
})

beforeEach(() => language.choose('en'))

test('codecs are named once each, and subtitles are none of them', () => {
  const streams = [
    stream('video', 'hevc'),
    stream('audio', 'aac'),
    stream('audio', 'aac'),
    stream('subtitle', 'subrip'),
  ]
  expect(codecs(streams)).toEqual(['HEVC', 'AAC'])
  expect(codecs([stream('video', 'prores'), stream('audio', 'wmav2'), stream('audio', '')])).toEqual([
    'ProRes',
    'WMAV2',
  ])
})

test('languages are named in the language of the reader', async () => {
  const streams = [
    stream('audio', 'aac', { language: 'chi' }),
    stream('audio', 'aac', { language: 'eng', title: 'Commentary' }),
    stream('audio', 'aac'),
    stream('audio', 'aac', { language: '?!' }),
  ]
  expect(spoken(streams, 'audio')).toBe('Chinese, English (Commentary), unnamed, ?!')
  await language.choose('zh')
  expect(spoken(streams, 'audio')).toBe('中文, 英语（Commentary）, 未命名, ?!')
})

test('nothing is shown where the file has nothing', () => {
  expect(spoken([], 'subtitle')).toBe('')
  expect(spoken([stream('audio', 'aac')], 'audio')).toBe('')
})
