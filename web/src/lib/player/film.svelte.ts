import { keep, kept } from '$lib/stored'
import { choiceOf, type TextSize } from './captions'
import type { Engine, Quality, Text } from './engine'

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2]

/** A number that the browser keeps, if it is within these limits. */
function keptNumber(key: string, least: number, most: number, usual: number): number {
  const number = Number(kept(key) ?? usual)
  return number >= least && number <= most ? number : usual
}

/** A film while it plays: what it does, and what can be done with it. Times are in seconds, as
 *  browsers count them. Volume and speed are kept for the next one. */
export class Film {
  /** Until the element starts by itself: asking it to play sooner fails where it goes again at once. */
  isPaused = $state(true)
  hasEnded = $state(false)
  /** Nothing is there to be shown just now. */
  isWaiting = $state(true)
  time = $state(0)
  length = $state(0)
  buffered = $state.raw<{ start: number; end: number }[]>([])
  volume = $state(keptNumber('volume', 0, 1, 1))
  isMuted = $state(kept('muted') === 'yes')
  speed = $state(keptNumber('speed', 0.25, 4, 1))
  qualities = $state.raw<Quality[]>([])
  /** The chosen size; `null` where the player chooses. */
  quality = $state<number | null>(null)
  /** The size that is shown. */
  shown = $state<number | null>(null)
  texts = $state.raw<Text[]>([])
  /** The chosen subtitles; `null`: none. */
  text = $state<number | null>(null)
  /** The cues of the chosen subtitles. */
  cues = $state.raw<VTTCue[]>([])
  textSize = $state<TextSize>((kept('subtitle-size') as TextSize | null) ?? 'm')
  engine: Engine | undefined

  /** Until when it is loaded from here on. */
  readonly loaded = $derived(
    this.buffered.find(({ start, end }) => start <= this.time + 0.1 && end >= this.time)?.end ?? 0,
  )
  readonly isSilent = $derived(this.isMuted || this.volume === 0)

  toggle() {
    if (this.hasEnded) this.time = 0
    this.isPaused = !this.isPaused
  }

  seek(to: number) {
    if (this.length > 0) this.time = Math.min(Math.max(0, to), Math.max(0, this.length - 0.1))
  }

  skip(seconds: number) {
    this.seek(this.time + seconds)
  }

  setVolume(to: number) {
    this.volume = Math.round(Math.min(Math.max(0, to), 1) * 100) / 100
    this.isMuted = false
    this.#keepSound()
  }

  toggleSound() {
    if (this.volume === 0) return this.setVolume(0.5)
    this.isMuted = !this.isMuted
    this.#keepSound()
  }

  setSpeed(to: number) {
    this.speed = to
    keep('speed', to === 1 ? null : String(to))
  }

  choose(quality: number | null) {
    this.quality = quality
    this.engine?.choose(quality)
  }

  /** The subtitles are known: those that the viewer wants are shown. */
  setTexts(texts: Text[], language: string) {
    this.texts = texts
    this.#showText(choiceOf(texts, kept('subtitles'), language))
  }

  /** Shows other subtitles, or none, in this film and in the next. */
  chooseText(number: number | null) {
    const text = this.texts.find((text) => text.number === number)
    keep('subtitles', text ? text.language : 'off')
    this.#showText(number)
  }

  toggleText(language: string) {
    if (this.texts.length === 0) return
    if (this.text !== null) return this.chooseText(null)
    this.chooseText(choiceOf(this.texts, null, language) ?? this.texts[0]?.number ?? null)
  }

  setTextSize(size: TextSize) {
    this.textSize = size
    keep('subtitle-size', size === 'm' ? null : size)
  }

  #showText(number: number | null) {
    this.text = number
    this.engine?.chooseText(number)
  }

  #keepSound() {
    keep('volume', String(this.volume))
    keep('muted', this.isMuted ? 'yes' : null)
  }
}
