import type { Video } from '$lib/api'
import { session } from '$lib/state/session.svelte'
import { keep, kept } from '$lib/stored'

/** Whether the next video of a category plays by itself after the one before. */
class GoesOn {
  #is = $state(kept('go-on') !== 'no')

  readonly by = () => this.#is

  readonly choose = (is: boolean) => {
    this.#is = is
    keep('go-on', is ? null : 'no')
  }
}

export const goesOn = new GoesOn()

/** Whether all of a video plays for this viewer without anything being bought. */
export const playsWhole = (video: Video) =>
  (video.playback.state === 'ready' || video.playback.state === 'partial') &&
  (video.is_free || video.owned || session.isAdmin || (video.members_watch && session.isMember))

/** The video whose page starts it at once. */
let wanted: number | null = null

export function playOnArrival(id: number) {
  wanted = id
}

/** Whether the page of this video is to start it; true once. */
export function isToPlay(id: number): boolean {
  const is = wanted === id
  wanted = null
  return is
}
