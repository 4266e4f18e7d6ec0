import { api, ask, type Setting } from '$lib/api'
import { minorOf, money, number, typedOf } from '$lib/format'
import { Form } from '$lib/state/form.svelte'
import { a } from './texts'

const GIB = 2 ** 30

export type Kind = 'text' | 'markdown' | 'choice' | 'number' | 'money' | 'gib'
export type GroupName = keyof typeof a.settings.groups

const GROUPS: Record<string, GroupName> = {
  site: 'site',
  signup: 'signup',
  price: 'money',
  wallet: 'money',
  download: 'download',
  playback: 'playback',
  embed: 'site',
  comments: 'discussion',
  danmaku: 'discussion',
  trash: 'keep',
  upload: 'keep',
  audit: 'keep',
  media: 'media',
  session: 'session',
  classic: 'classic',
}

/** The groups as the page shows them. */
export const GROUP_ORDER: GroupName[] = [
  'site',
  'signup',
  'money',
  'download',
  'playback',
  'discussion',
  'media',
  'keep',
  'session',
  'classic',
  'other',
]

function kindOf({ key, accepts }: Setting): Kind {
  if (key.endsWith('_minor')) return 'money'
  if (key.endsWith('_bytes')) return 'gib'
  if (/^-?\d+–\d+$/.test(accepts)) return 'number'
  if (accepts.includes('|')) return 'choice'
  return accepts.endsWith('Markdown') ? 'markdown' : 'text'
}

/** One setting in the form: what it is, what is typed, what is wrong with it. */
export class SettingField {
  setting: Setting = $state.raw()!
  typed = $state('')
  isTried = $state(false)
  readonly form = new Form()
  readonly kind: Kind

  constructor(setting: Setting) {
    this.kind = kindOf(setting)
    this.take(setting)
  }

  take(setting: Setting) {
    this.setting = setting
    this.isTried = false
    this.typed = this.#typedOf(setting.value)
  }

  get key() {
    return this.setting.key
  }

  get group(): GroupName {
    return GROUPS[this.key.split('.')[0] ?? ''] ?? 'other'
  }

  get #texts(): { label: string; hint: string; unit?: string } | undefined {
    return a.settings.fields[this.key as keyof typeof a.settings.fields]
  }

  /** One that is newer than these pages is called by its key. */
  get label() {
    return this.#texts?.label ?? this.key
  }

  get unit() {
    return this.#texts?.unit || undefined
  }

  /** What it means, what it takes, what it is while nobody changes it. */
  get hint(): string {
    const bounds = [this.#bounds, this.#default].filter(Boolean).join(a.settings.comma)
    return [this.#texts?.hint, bounds && a.settings.sentence(bounds)].filter(Boolean).join(a.settings.between)
  }

  get #default(): string {
    const value = this.setting.default
    if (this.kind === 'markdown') return ''
    return value === '' && this.kind !== 'choice' ? a.settings.noDefault : a.settings.default(this.#shown(value))
  }

  #shown(value: string): string {
    if (this.kind === 'choice') return this.choiceOf(value)
    if (this.kind === 'money') return money(Number(value))
    return this.kind === 'number' ? number(Number(value)) : this.#typedOf(value)
  }

  /** Lowest and highest, as they are typed. */
  get #range(): [string, string] | undefined {
    const [min, max] = this.#limits ?? []
    if (min === undefined || max === undefined) return undefined
    if (this.kind === 'money') return [money(min), money(max)]
    return this.kind === 'gib' ? undefined : [number(min), number(max)]
  }

  get #bounds(): string | undefined {
    if (this.kind === 'gib') return a.settings.atMost(number((this.#limits?.[1] ?? 0) / GIB))
    return this.#range && a.settings.range(...this.#range)
  }

  get #limits(): [number, number] | undefined {
    const found = /^(-?\d+)–(\d+)$/.exec(this.setting.accepts)
    return found ? [Number(found[1]), Number(found[2])] : undefined
  }

  get isBroad() {
    return this.kind === 'markdown'
  }

  get mostCharacters(): number | undefined {
    const found = /^\d+–(\d+) characters/.exec(this.setting.accepts)
    return found ? Number(found[1]) : undefined
  }

  get choices(): { value: string; label: string }[] {
    const words = this.setting.accepts.split('|').sort((one, other) => Number(other === '') - Number(one === ''))
    return words.map((value) => ({ value, label: this.choiceOf(value) }))
  }

  choiceOf(value: string): string {
    const name = this.key.startsWith('signup.') ? 'signup' : this.key
    const choices = a.settings.choices[name as keyof typeof a.settings.choices] as Record<string, string> | undefined
    return choices?.[value] ?? (value || a.settings.empty)
  }

  get isChanged() {
    return this.typed !== this.#typedOf(this.setting.value)
  }

  /** What is wrong with it, before or after it was sent. */
  get problem(): string | undefined {
    if (this.isTried && this.value === null)
      return this.#range ? a.common.notANumber(...this.#range) : a.settings.notASize
    return this.form.of(this.key) ?? this.form.beside(this.key)
  }

  /** What to send; `null` where it is none of what the setting takes. */
  get value(): string | null {
    const typed = this.typed.trim()
    if (this.kind === 'markdown') return this.typed
    if (this.kind === 'gib') {
      const size = /^\d+([.,]\d+)?$/.test(typed) ? Math.round(Number(typed.replace(',', '.')) * GIB) : null
      return this.#within(size)
    }
    if (this.kind === 'money') return this.#within(minorOf(typed))
    if (this.kind === 'number') return this.#within(/^-?\d+$/.test(typed) ? Number(typed) : null)
    return typed
  }

  #within(value: number | null): string | null {
    const [min, max] = this.#limits ?? [-Infinity, Infinity]
    return value !== null && value >= min && value <= max ? String(value) : null
  }

  #typedOf(value: string): string {
    if (this.kind === 'money') return typedOf(Number(value))
    return this.kind === 'gib' ? String(Number((Number(value) / GIB).toFixed(3))) : value
  }

  async put(value: string) {
    const params = { path: { key: this.key } }
    this.take(await ask(api.PUT('/api/v1/settings/{key}', { params, body: { value } })))
  }

  discard() {
    this.take(this.setting)
  }
}

/** Members pay no more than others at any moment, so the one that makes room goes first. */
export function inOrder(fields: SettingField[]): SettingField[] {
  const full = fields.find(({ key }) => key === 'price.paid_minor')
  const isLowered = full && Number(full.value) < Number(full.setting.value)
  if (!isLowered) return fields
  return [...fields.filter((field) => field !== full), full]
}
