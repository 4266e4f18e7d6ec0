// What a file consists of, in words for people.

import type { components } from '$lib/api/schema'
import { language, t } from '$texts'

export type Stream = components['schemas']['Stream']

const NAMES: Record<string, string> = {
  aac: 'AAC',
  ac3: 'AC-3',
  av1: 'AV1',
  eac3: 'E-AC-3',
  flac: 'FLAC',
  h264: 'H.264',
  hevc: 'HEVC',
  mp3: 'MP3',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  opus: 'Opus',
  prores: 'ProRes',
  vorbis: 'Vorbis',
  vp8: 'VP8',
  vp9: 'VP9',
}

/** The codecs of pictures and sound, each once. */
export function codecs(streams: Stream[]): string[] {
  const known = streams.filter(({ kind, codec }) => kind !== 'subtitle' && codec)
  return [...new Set(known.map(({ codec }) => NAMES[codec] ?? codec.toUpperCase()))]
}

/** The languages, or titles, of the streams of a kind; empty where nothing is known of any. */
export function spoken(streams: Stream[], kind: 'audio' | 'subtitle'): string {
  const names = streams.filter((stream) => stream.kind === kind).map(nameOf)
  return names.some(Boolean) ? names.map((name) => name || t.video.unnamed).join(', ') : ''
}

function nameOf({ language: code, title }: Stream): string {
  const spoken = code ? languageName(code) : ''
  return title && spoken ? t.video.named(spoken, title) : title || spoken
}

function languageName(code: string): string {
  const names = new Intl.DisplayNames(language.current === 'zh' ? 'zh-CN' : 'en', { type: 'language' })
  try {
    return names.of(code) ?? code
  } catch {
    // The file may write anything there.
    return code
  }
}
