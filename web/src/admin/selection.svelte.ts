import type { Video } from '$lib/api'
import { SvelteMap } from 'svelte/reactivity'

interface Page {
  items: Video[]
  next_cursor?: string | null
}

/** Videos that are chosen, also those that the list has not loaded. */
export class Selection {
  /** While everything that is found is being chosen. */
  isBusy = $state(false)
  readonly #chosen = new SvelteMap<number, Video>()
  #last: number | null = null

  get videos(): Video[] {
    return [...this.#chosen.values()]
  }

  get ids(): number[] {
    return [...this.#chosen.keys()]
  }

  get size() {
    return this.#chosen.size
  }

  has = (id: number) => this.#chosen.has(id)

  set(video: Video, isOn: boolean) {
    if (isOn) this.#chosen.set(video.id, video)
    else this.#chosen.delete(video.id)
  }

  /** By a click in a list; with the shift key all between this one and the one before. */
  choose(event: MouseEvent & { currentTarget: HTMLInputElement }, id: number, items: Video[]) {
    const placeOf = (wanted: number | null) => items.findIndex((video) => video.id === wanted)
    const [from, to] = [placeOf(this.#last), placeOf(id)]
    const first = event.shiftKey && from >= 0 ? Math.min(from, to) : to
    const last = event.shiftKey && from >= 0 ? Math.max(from, to) : to
    for (const video of items.slice(first, last + 1)) this.set(video, event.currentTarget.checked)
    this.#last = id
  }

  drop(ids: number[]) {
    for (const id of ids) this.#chosen.delete(id)
  }

  clear() {
    this.#chosen.clear()
  }

  /** All that is found, page by page. */
  async all(fetch: (cursor: string | undefined) => Promise<Page>) {
    this.isBusy = true
    try {
      let cursor: string | undefined
      do {
        const page = await fetch(cursor)
        for (const video of page.items) this.#chosen.set(video.id, video)
        cursor = page.next_cursor ?? undefined
      } while (cursor !== undefined)
    } finally {
      this.isBusy = false
    }
  }
}
