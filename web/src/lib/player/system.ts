import type { Film } from './film.svelte'

const SKIP_SECONDS = 10

/** Shows the film on the lock screen and to the keys of the keyboard and headphones that play and
 *  pause (Media Session). Answers how to end that. */
export function showOutside(film: Film, title: string, site: string): () => void {
  const session = navigator.mediaSession as MediaSession | undefined
  if (!session) return () => {}
  session.metadata = new MediaMetadata({ title, artist: site })
  const acts: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => (film.isPaused = false)],
    ['pause', () => (film.isPaused = true)],
    ['seekbackward', ({ seekOffset }) => film.skip(-(seekOffset ?? SKIP_SECONDS))],
    ['seekforward', ({ seekOffset }) => film.skip(seekOffset ?? SKIP_SECONDS)],
    ['seekto', ({ seekTime }) => film.seek(seekTime ?? film.time)],
  ]
  const handle = (action: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
    try {
      session.setActionHandler(action, handler)
    } catch {
      // This browser does not know that one.
    }
  }
  for (const [action, handler] of acts) handle(action, handler)
  return () => {
    session.metadata = null
    for (const [action] of acts) handle(action, null)
  }
}

/** How far the film is, for the lock screen. */
export function showPosition(film: Film) {
  if (!(film.length > 0) || !Number.isFinite(film.length)) return
  navigator.mediaSession?.setPositionState?.({
    duration: film.length,
    position: Math.min(film.time, film.length),
    playbackRate: film.speed,
  })
}

/** Keeps the screen on. Answers how to let it go off again. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined
  let isOver = false
  async function take() {
    if (document.visibilityState !== 'visible') return
    try {
      lock = await navigator.wakeLock?.request('screen')
      if (isOver) await lock?.release()
    } catch {
      // The battery is low, or the browser does not let it.
    }
  }
  // The browser takes it away from a page that is not seen.
  document.addEventListener('visibilitychange', take)
  void take()
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', take)
    void lock?.release()
  }
}
