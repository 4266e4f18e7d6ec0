import type { Film } from './film.svelte'

/** What keys do beside the film itself. */
export interface Around {
  toggleFullScreen: () => void
  toggleTheatre: () => void
  toggleText: () => void
}

const STEP_SECONDS = 5
const LEAP_SECONDS = 10
const LOUDER = 0.05

/** Does what a key stands for, as players do everywhere; answers whether it stands for anything. */
export function press(key: string, film: Film, around: Around): boolean {
  if (/^[0-9]$/.test(key)) {
    film.seek((film.length * Number(key)) / 10)
    return true
  }
  const acts: Record<string, () => void> = {
    ' ': () => film.toggle(),
    k: () => film.toggle(),
    ArrowLeft: () => film.skip(-STEP_SECONDS),
    ArrowRight: () => film.skip(STEP_SECONDS),
    j: () => film.skip(-LEAP_SECONDS),
    l: () => film.skip(LEAP_SECONDS),
    ArrowUp: () => film.setVolume(film.volume + LOUDER),
    ArrowDown: () => film.setVolume(film.volume - LOUDER),
    Home: () => film.seek(0),
    End: () => film.seek(film.length),
    m: () => film.toggleSound(),
    f: around.toggleFullScreen,
    t: around.toggleTheatre,
    c: around.toggleText,
  }
  const act = acts[key.length === 1 ? key.toLowerCase() : key]
  act?.()
  return act !== undefined
}

/** Whether a key belongs to what has the focus rather than to the player. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return true
  const at = event.target as HTMLElement
  if (at.closest('dialog, [role=dialog], .menu .sheet')) return true
  if (at.closest('input:not([type=range]), textarea, select, [contenteditable]')) return true
  // Space presses a button, and follows nothing else.
  if (event.key === ' ') return at.closest('a, button') !== null
  // The arrows move whatever else is on the page, unless the player has the focus.
  return event.key.length > 1 && at.closest('.player') === null
}
