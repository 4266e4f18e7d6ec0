import { bytes, money, number } from '$lib/format'
import { a } from './texts'

/** What was done, in words; an act that is newer than these pages by its name. */
export const actOf = (action: string): string => a.acts[action as keyof typeof a.acts] ?? action

/** Who did it; `null` is the site itself. */
export function actorOf(name: string | null | undefined): string {
  if (name === null || name === undefined) return a.actors.site
  return name === 'operator' || name === 'nobody' ? a.actors[name] : name
}

const PLACES: Record<string, string> = { video: 'videos', account: 'accounts', announcement: 'announcements' }

/** The page of what an act was done to, where there is one. */
export const placeOf = (kind: string | null | undefined, id: number | null | undefined): string | undefined =>
  kind && id && PLACES[kind] ? `/admin/${PLACES[kind]}/${id}` : undefined

/** The facts of an act as a person reads them. What says nothing is left out. */
export function factsOf(detail: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && value !== false)
    .map(([name, value]) => ({ name: a.facts[name as keyof typeof a.facts] ?? name, value: shown(name, value) }))
}

function shown(name: string, value: unknown): string {
  if (typeof value === 'number') {
    if (name.endsWith('_minor')) return money(value)
    return name.endsWith('_bytes') ? bytes(value) : name.endsWith('_id') ? String(value) : number(value)
  }
  if (value === true) return a.common.yes
  if (name === 'role' && (value === 'admin' || value === 'user')) return a.accounts.roles[value]
  return typeof value === 'string' ? value : JSON.stringify(value)
}
