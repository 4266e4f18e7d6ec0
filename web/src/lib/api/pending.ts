// What the API is about to gain. Goes away when the generated types have it.
import type { components } from './schema'

export type Site = components['schemas']['Site'] & {
  footer_html?: string
  language?: string
  price_paid_minor?: number
  price_paid_member_minor?: number
}

export interface Labels {
  categories: string[]
  tags: string[]
}

/** `null` where the server does not know the question yet. */
export async function fetchLabels(): Promise<Labels | null> {
  try {
    const answer = await fetch('/api/v1/labels')
    const body = (await answer.json()) as Labels
    return answer.ok ? body : null
  } catch {
    return null
  }
}
