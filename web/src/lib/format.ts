// Numbers, money and time as the reader writes them. All follow the chosen language.
import { session } from '$lib/state/session.svelte'
import { language } from '$texts'

const locale = () => (language.current === 'zh' ? 'zh-CN' : 'en-GB')

/** An amount in minor units of the site's currency. */
export function money(minor: number, signed = false): string {
  const format = new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency: session.site.currency,
    currencyDisplay: 'narrowSymbol',
    signDisplay: signed ? 'exceptZero' : 'auto',
  })
  return format.format(minor / 10 ** minorDigits())
}

/** How many digits of the currency are its minor unit: 2 for yuan, 0 for yen. */
export function minorDigits(): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: session.site.currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}

/** What a person typed as an amount, in minor units; `null` for what is no amount. */
export function minorOf(typed: string): number | null {
  const digits = minorDigits()
  const plain = typed.trim().replace(',', '.')
  const form = digits === 0 ? /^\d+$/ : new RegExp(`^\\d+(\\.\\d{1,${digits}})?$`)
  return form.test(plain) ? Math.round(Number(plain) * 10 ** digits) : null
}

/** An amount as it is typed, without the currency. */
export const typedOf = (minor: number) => (minor / 10 ** minorDigits()).toFixed(minorDigits())

export const date = (moment: string) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(new Date(moment))

export const dateTime = (moment: string) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(moment))

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** How long ago or ahead, in the largest unit that fits. */
export function fromNow(moment: string): string {
  const seconds = (Date.parse(moment) - Date.now()) / 1000
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return unit === 'second' ? format.format(0, 'second') : format.format(Math.trunc(seconds / length), unit)
}

/** The length of a film: 1:02:07. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] ? parts : parts.slice(1)
  return shown.map((part, at) => (at ? String(part).padStart(2, '0') : String(part))).join(':')
}

const SIZES = ['KiB', 'MiB', 'GiB', 'TiB']

/** A size, in the binary units of the settings and the command line (IEC 80000-13). */
export function bytes(size: number): string {
  const step = Math.min(SIZES.length, Math.floor(Math.log2(Math.max(size, 1)) / 10))
  if (step === 0) {
    return new Intl.NumberFormat(locale(), { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(size)
  }
  const digits = new Intl.NumberFormat(locale(), { maximumFractionDigits: step > 1 ? 1 : 0 })
  return `${digits.format(size / 1024 ** step)} ${SIZES[step - 1]}`
}

export const number = (value: number) => new Intl.NumberFormat(locale()).format(value)

/** The name of a resolution as people say it. */
export function resolution(width: number, height: number): string {
  const lines = Math.min(width, height)
  if (lines >= 2000) return '4K'
  return lines >= 360 ? `${lines}p` : `${width}×${height}`
}
