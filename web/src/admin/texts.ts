import { catalogue, type Shape } from '$texts'
import type { zh } from '../texts/admin.zh'

const admin = catalogue<Shape<typeof zh>>({
  zh: async () => (await import('../texts/admin.zh')).zh,
  en: async () => (await import('../texts/admin.en')).en,
})

/** The texts of the administration, in the reader's language. */
export const a = admin.texts
export const loadTexts = admin.load
