import { Listing } from '$lib/state/listing.svelte'

/** A list whose first page is under way. Lists follow filters, and nothing may change while
 *  those are being worked out, hence a moment later. */
export function begun<T>(fetch: ConstructorParameters<typeof Listing<T>>[0]): Listing<T> {
  const list = new Listing(fetch)
  queueMicrotask(() => void list.more())
  return list
}

/** A number out of an address; nothing where it is none. */
export function numberOf(typed: string | null | undefined): number | undefined {
  return typed && /^\d{1,15}$/.test(typed) ? Number(typed) : undefined
}

/** Words split at commas, without empty ones. */
export const wordsIn = (typed: string) =>
  typed
    .split(/[,，、]/)
    .map((word) => word.trim())
    .filter(Boolean)
