import { api } from '$lib/api'
import { continuing } from '$lib/state/continuing.svelte'
import type { Film } from './film.svelte'

/** How often it is written down how far a film is, while it plays. */
const EVERY_MS = 10_000
/** Nobody has watched what was closed at once. */
const LEAST_SECONDS = 3

/** Writes down again and again how far a film was watched, so that it goes on there on every
 *  device. Answers how to end that; then it is written down once more. */
export function rememberPosition(film: Film, id: number): () => void {
  let written = -1

  function write() {
    const position_ms = Math.round(film.time * 1_000)
    if (position_ms === written || film.time < LEAST_SECONDS) return
    written = position_ms
    // It outlives the page. Where it fails, the next one says it.
    const options = { params: { path: { id } }, body: { position_ms }, keepalive: true }
    continuing.waitFor(api.PUT('/api/v1/videos/{id}/progress', options).catch(() => (written = -1)))
  }

  const leave = () => document.visibilityState === 'hidden' && write()
  const timer = setInterval(write, EVERY_MS)
  document.addEventListener('visibilitychange', leave)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', leave)
    write()
  }
}
