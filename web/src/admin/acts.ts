import type { AuditEntry } from '$lib/api'
import { bytes, dateTime, money, number } from '$lib/format'
import { accountName, videoTitle } from './names.svelte'
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

type Detail = Record<string, unknown>

/** Facts by which a thing is called. */
export const NAMES = ['title', 'name', 'file_name', 'label', 'key', 'code']

/** What an act was done to, by the name that the log keeps. */
export function subjectOf(detail: Detail): string {
  const fact = NAMES.find((fact) => typeof detail[fact] === 'string' && detail[fact] !== '')
  return fact ? shown(fact, detail[fact], detail) : ''
}

/** What an entry is about, by the name that the log keeps or that it has now. */
export function whatOf({ detail, subject_kind, subject_id, actor_id }: AuditEntry): string {
  const name = subjectOf(detail)
  if (name || !subject_id) return name
  if (subject_kind === 'video') return videoTitle(subject_id)
  return subject_kind === 'account' && subject_id !== actor_id ? accountName(subject_id) : ''
}

/** Entries of one action, which may take several requests, are no further apart. */
const TOGETHER_MS = 5_000

/** The entries of each action: one that was done to many things at once has many. */
export function byAction(entries: AuditEntry[]): AuditEntry[][] {
  const groups: AuditEntry[][] = []
  for (const entry of entries) {
    const last = groups.at(-1)
    const before = last?.at(-1)
    if (last && before && isSameAction(before, entry)) last.push(entry)
    else groups.push([entry])
  }
  return groups
}

const isSameAction = (one: AuditEntry, other: AuditEntry) =>
  one.action === other.action &&
  one.actor === other.actor &&
  one.address === other.address &&
  Date.parse(one.at) - Date.parse(other.at) <= TOGETHER_MS

/** The facts of an act as a person reads them. What says nothing is left out. */
export function factsOf(detail: Detail, without: string[] = []): { name: string; value: string }[] {
  const order = Object.keys(a.facts)
  return Object.entries(detail)
    .filter(([fact, value]) => !without.includes(fact) && !isNothing(fact, value))
    .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([fact, value]) => ({
      name: a.facts[fact as keyof typeof a.facts] ?? fact,
      value: shown(fact, value, detail),
    }))
}

const isNothing = (fact: string, value: unknown) =>
  value === null ||
  value === '' ||
  value === false ||
  (value === 0 && (fact === 'shortfall_minor' || fact === 'buyers'))

function shown(fact: string, value: unknown, detail: Detail): string {
  if (value === true) return a.common.yes
  if (typeof value === 'number') {
    if (fact.endsWith('_minor')) return money(value)
    return fact.endsWith('_bytes') ? bytes(value) : fact.endsWith('_id') ? String(value) : number(value)
  }
  if (typeof value !== 'string') return JSON.stringify(value)
  if (fact === 'role' && (value === 'admin' || value === 'user')) return a.accounts.roles[value]
  if (fact === 'key') return settingOf(value)
  if (fact.endsWith('_at')) return dateTime(value)
  // What a setting was and is.
  const isMoney = typeof detail.key === 'string' && detail.key.endsWith('_minor') && (fact === 'from' || fact === 'to')
  return isMoney ? money(Number(value)) : value
}

function settingOf(key: string): string {
  const texts = a.settings.fields[key as keyof typeof a.settings.fields] as { label: string } | undefined
  return texts?.label ?? key
}
