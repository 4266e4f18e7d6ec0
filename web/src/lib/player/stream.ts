import { api } from '$lib/api'

let leaving: Promise<unknown> = Promise.resolve()

/** An account may watch so many videos at once: a player that goes makes room for the next. */
export function leaveStream(source: string) {
  const link = source.split('/')[2] ?? ''
  // It outlives the page. Where it fails, the server makes room after half a minute.
  leaving = api.DELETE('/s/{link}', { params: { path: { link } }, keepalive: true }).catch(() => {})
}

/** Ends when the player before has made room. */
export const streamLeft = () => leaving
