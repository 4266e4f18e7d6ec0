import { expect, test } from 'vitest'
import { choiceOf, nameOf } from './captions'

const texts = ['en', 'zh-Hant', 'zh-Hans', 'und'].map((language, number) => ({ number, language, name: language }))

test('subtitles follow what was chosen, then the language of the pages', () => {
  expect(choiceOf(texts, null, 'zh')).toBe(2)
  expect(choiceOf(texts, null, 'en')).toBe(0)
  expect(choiceOf(texts, 'zh-Hant', 'en')).toBe(1)
  expect(choiceOf(texts, 'zh-TW', 'en')).toBe(2)
  expect(choiceOf(texts, 'fr', 'en')).toBe(0)
  expect(choiceOf(texts, 'off', 'zh')).toBe(null)
  expect(choiceOf([], null, 'zh')).toBe(null)
  expect(choiceOf(texts.slice(3), null, 'en')).toBe(null)
})

test('subtitles are called by their language and what they are called beside it', () => {
  expect(nameOf({ number: 0, language: 'en', name: 'en' }, 'zh', '字幕')).toBe('英语')
  expect(nameOf({ number: 0, language: 'en', name: "Director's comments" }, 'en', '')).toBe(
    "English · Director's comments",
  )
  expect(nameOf({ number: 0, language: 'und', name: 'und' }, 'en', 'Subtitles')).toBe('Subtitles')
})
