import { keep, kept } from '$lib/stored'
import type { zh } from './zh'

export type Lang = 'zh' | 'en'

/** The shape of a catalogue, whatever it says. */
export type Shape<T> = T extends string
  ? string
  : T extends (...facts: infer F) => string
    ? (...facts: F) => string
    : { readonly [K in keyof T]: Shape<T[K]> }

type Loaders<T> = Record<Lang, () => Promise<T>>

const isLang = (word: string | null | undefined): word is Lang => word === 'zh' || word === 'en'

class Language {
  current = $state<Lang>(spoken() ?? 'en')
  readonly #loaded: (() => Promise<void>)[] = []

  /** What the reader chose, else what the browser speaks, else what the site speaks. */
  async start(siteLanguage: string) {
    const lang = spoken() ?? (isLang(siteLanguage) ? siteLanguage : 'en')
    await this.#show(lang)
  }

  async choose(lang: Lang) {
    keep('lang', lang)
    await this.#show(lang)
  }

  async #show(lang: Lang) {
    this.current = lang
    await Promise.all(this.#loaded.map((load) => load()))
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  }

  follow(load: () => Promise<void>) {
    this.#loaded.push(load)
  }
}

function spoken(): Lang | undefined {
  const chosen = kept('lang')
  if (isLang(chosen)) return chosen
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLang)
}

export const language = new Language()

/**
 * A catalogue that is fetched in one language at a time: `texts` reads like the plain object
 * and follows the language; `load` has to be done before the first reading.
 */
export function catalogue<T extends object>(loaders: Loaders<T>) {
  let current = $state.raw<T>({} as T)
  const load = async () => {
    current = await loaders[language.current]()
  }
  language.follow(load)
  const texts = new Proxy({} as T, { get: (_, section) => Reflect.get(current, section) })
  return { texts, load }
}

const site = catalogue<Shape<typeof zh>>({
  zh: async () => (await import('./zh')).zh,
  en: async () => (await import('./en')).en,
})

/** The texts of the site, in the reader's language. */
export const t = site.texts
