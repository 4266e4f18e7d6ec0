import { keep, kept } from '$lib/stored'

export const MODES = ['scroll', 'top', 'bottom'] as const
export type Mode = (typeof MODES)[number]
/** Of a hundred texts so many are shown. */
export const DENSITIES = [100, 50, 20] as const
/** Points that a text moves in a second. */
export const SPEEDS = { slow: 100, normal: 150, fast: 220 } as const
export type Speed = keyof typeof SPEEDS

interface Kept {
  isOn: boolean
  opacity: number
  density: number
  speed: Speed
  hidden: Mode[]
  words: string
}

const USUAL: Kept = { isOn: true, opacity: 80, density: 100, speed: 'normal', hidden: [], words: '' }

function read(): Kept {
  try {
    return { ...USUAL, ...(JSON.parse(kept('danmaku') ?? '{}') as Partial<Kept>) }
  } catch {
    return USUAL
  }
}

/** How a viewer likes danmaku, in this browser. Whoever wants little motion sees none before they
 *  are switched on. */
class Taste {
  #is = $state.raw<Kept>(
    kept('danmaku') === null && matchMedia('(prefers-reduced-motion: reduce)').matches
      ? { ...USUAL, isOn: false }
      : read(),
  )

  get is(): Kept {
    return this.#is
  }

  change(into: Partial<Kept>) {
    this.#is = { ...this.#is, ...into }
    keep('danmaku', JSON.stringify(this.#is))
  }
}

export const taste = new Taste()

/** Whether a text is shown to a viewer of that taste. The same ones are left out each time. */
export function isShown(danmaku: { id: number; text: string; mode: Mode }, taste: Omit<Kept, 'isOn'>): boolean {
  if (taste.hidden.includes(danmaku.mode)) return false
  const text = danmaku.text.toLowerCase()
  if (wordsOf(taste.words).some((word) => text.includes(word))) return false
  return (Math.imul(danmaku.id, 2654435761) >>> 0) % 100 < taste.density
}

const wordsOf = (words: string) =>
  words
    .toLowerCase()
    .split(/[\s,，、]+/)
    .filter(Boolean)
