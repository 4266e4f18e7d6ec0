import { api, ask, type Video } from '$lib/api'
import { session } from './session.svelte'
import { Listing } from './listing.svelte'

export interface Filters {
  q: string
  category: string
  tag: string
  price: string
  sort: string
}

const PAGE_SIZE = 60
const MOST_KEPT = 6

type Price = 'free' | 'paid'
type Sort = 'newest' | 'oldest' | 'title'

export function filtersOf(query: URLSearchParams): Filters {
  const of = (name: string) => query.get(name) ?? ''
  return { q: of('q').trim(), category: of('category'), tag: of('tag'), price: of('price'), sort: of('sort') }
}

export const isFiltered = ({ q, category, tag, price }: Filters) => Boolean(q || category || tag || price)

function fetchPage(filters: Filters, cursor: string | undefined) {
  const query = {
    search: filters.q || undefined,
    category: filters.category || undefined,
    tag: filters.tag || undefined,
    price: (filters.price as Price) || undefined,
    sort: (filters.sort as Sort) || undefined,
    cursor,
    limit: PAGE_SIZE,
  }
  return ask(api.GET('/api/v1/videos', { params: { query } }))
}

/** Lists that were seen, so that the way back is at once where it was left. */
const lists = new Map<string, Listing<Video>>()

export function listOf(filters: Filters): Listing<Video> {
  const key = JSON.stringify([filters, session.account?.id])
  const known = lists.get(key)
  lists.delete(key)
  const list = known ?? new Listing((cursor) => fetchPage(filters, cursor))
  lists.set(key, list)
  for (const old of lists.keys()) {
    if (lists.size > MOST_KEPT) lists.delete(old)
  }
  return list
}

/** A video that some list has, to be shown until it is asked for anew. */
export function knownVideo(id: number): Video | undefined {
  for (const list of lists.values()) {
    const found = list.items.find((video) => video.id === id)
    if (found) return found
  }
  return undefined
}

/** After a purchase, a membership, an upload: what the lists say of prices holds no longer. */
export function forgetLists() {
  lists.clear()
}
