// Moments as the browser's own fields for them write: in the reader's zone, without seconds.

const two = (value: number) => String(value).padStart(2, '0')

/** A moment for a `datetime-local` field. */
export function localOf(moment: string): string {
  const at = new Date(moment)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** The moment in such a field; `null` where it is none. */
export function momentOf(local: string): string | null {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/** When a day begins here, so many days later. */
export function dayStart(day: string, later = 0): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
  const at = new Date(`${day}T00:00`)
  if (Number.isNaN(at.getTime())) return undefined
  at.setDate(at.getDate() + later)
  return at.toISOString()
}

/** The day of a moment here, to group by. */
export const dayOf = (moment: string) => localOf(moment).slice(0, 10)

/** The time of a moment here, within its day. */
export const timeOf = (moment: string) => localOf(moment).slice(11)
