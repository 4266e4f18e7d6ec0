import { api, ask, type Video } from '$lib/api'
import { keep, kept } from '$lib/stored'
import { session } from './session.svelte'

/** As many as stand side by side on the widest window, and a few. */
const MOST = 12

/** What somebody has begun to watch and not watched to the end, last watched first. */
class Continuing {
  videos = $state.raw<Video[]>([])
  /** Whether there probably are some: room is kept for them. */
  isLikely = $state(kept('continues') === 'yes')
  isLoaded = $state(false)

  async load() {
    if (!session.account) return this.#show([])
    const query = { unfinished: true, limit: MOST }
    const page = await ask(api.GET('/api/v1/history', { params: { query } })).catch(() => null)
    if (page) this.#show(page.items.map(({ video }) => video))
  }

  #show(videos: Video[]) {
    this.videos = videos
    this.isLoaded = true
    this.isLikely = videos.length > 0
    keep('continues', this.isLikely ? 'yes' : null)
  }
}

export const continuing = new Continuing()

/** Something was watched: there will be something to go on with. */
export function expectContinuing() {
  keep('continues', 'yes')
  continuing.isLikely = true
}
