import { api, ask, type Video } from '$lib/api'
import { session } from './session.svelte'

/** As many as stand side by side on the widest window, and a few. */
const MOST = 12

/** What somebody has begun to watch and not watched to the end, last watched first. */
class Continuing {
  videos = $state.raw<Video[]>([])
  isLoaded = $state(false)
  #account: number | undefined
  #written: Promise<unknown> = Promise.resolve()

  /** How far a film was watched is being written down: the list has it afterwards. */
  waitFor(written: Promise<unknown>) {
    this.#written = written
  }

  async load() {
    if (this.#account !== session.account?.id) this.isLoaded = false
    this.#account = session.account?.id
    await this.#written
    const query = { unfinished: true, limit: MOST }
    const page = session.account
      ? await ask(api.GET('/api/v1/history', { params: { query } })).catch(() => null)
      : { items: [] }
    this.videos = page?.items.map(({ video }) => video) ?? this.videos
    this.isLoaded = true
  }
}

export const continuing = new Continuing()
