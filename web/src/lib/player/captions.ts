import type { Text } from './engine'

export const TEXT_SIZES = ['s', 'm', 'l'] as const
export type TextSize = (typeof TEXT_SIZES)[number]

/** Kinds of Chinese, the more usual first for whoever reads the pages in Chinese. */
const CHINESE = ['zh-hans', 'zh-cn', 'zh', 'zh-sg', 'zh-hant', 'zh-tw', 'zh-hk']

const primary = (tag: string) => tag.toLowerCase().split('-')[0]

function rank(tag: string): number {
  const place = CHINESE.indexOf(tag.toLowerCase())
  return place < 0 ? CHINESE.length : place
}

/** Which subtitles are shown: those that the viewer chose before (`wanted`, a language or `off`), else
 *  those in the language of the pages; `null`: none. */
export function choiceOf(texts: Text[], wanted: string | null, language: string): number | null {
  if (wanted === 'off') return null
  const same = texts.find((text) => text.language === wanted)
  if (same) return same.number
  for (const tag of [wanted ?? '', language]) {
    const near = texts
      .filter((text) => primary(text.language) === primary(tag))
      .toSorted((one, other) => rank(one.language) - rank(other.language))
    if (near[0]) return near[0].number
  }
  return null
}

/** What subtitles are called, in the language of the pages. */
export function nameOf(text: Text, language: string, unknown: string): string {
  const named =
    text.language === 'und' ? undefined : new Intl.DisplayNames(language, { type: 'language' }).of(text.language)
  const own = text.name === text.language ? undefined : text.name
  return [named, own].filter(Boolean).join(' · ') || unknown
}
