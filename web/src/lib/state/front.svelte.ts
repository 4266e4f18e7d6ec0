import { api, ask, type FrontShelf, type Video } from '$lib/api'
import { session } from './session.svelte'

/** What the front page offers, kept for the way back to it. */
class FrontPage {
  hero = $state.raw<Video | undefined>()
  shelves = $state.raw<FrontShelf[]>([])
  isLoaded = $state(false)
  #account: number | undefined

  async load() {
    if (this.#account !== session.account?.id) this.isLoaded = false
    this.#account = session.account?.id
    const front = await ask(api.GET('/api/v1/front')).catch(() => null)
    this.hero = front?.hero ?? this.hero
    this.shelves = front?.shelves ?? this.shelves
    this.isLoaded = true
  }
}

export const front = new FrontPage()
