import { isUnreachable, wordsOf, type Ticket } from '$lib/api'
import { toasts } from '$lib/ui/toasts.svelte'
import { t } from '$texts'
import { TicketState } from './ticket.svelte'

const KEY = 'yingku.waits'

/** The downloads that this window waits for. They go on by themselves, whatever page is open. */
class Downloads {
  readonly #byVideo = new Map<number, TicketState>()

  /** The download of that video, asked for or not. */
  of(videoId: number): TicketState {
    const known = this.#byVideo.get(videoId)
    if (known) return known
    const state = new TicketState(videoId, {
      ready: (ticket, hasWaited) => {
        hand(ticket)
        if (hasWaited) toasts.say(t.video.downloadStarts(ticket.title))
      },
      failed: (error) => toasts.fail(wordsOf(error)),
      changed: () => this.#keep(),
    })
    this.#byVideo.set(videoId, state)
    return state
  }

  /** Goes on with what was waited for before a reload. The wait itself is the server's. */
  resume() {
    for (const videoId of waits()) {
      this.of(videoId)
        .ask()
        .catch((error) => isUnreachable(error) || this.#keep())
    }
  }

  /** Somebody logged out: nothing is waited for any more. */
  forget() {
    for (const state of this.#byVideo.values()) state.stop()
    this.#byVideo.clear()
  }

  #keep() {
    const waiting = [...this.#byVideo].filter(([, state]) => state.isWaiting).map(([videoId]) => videoId)
    try {
      sessionStorage.setItem(KEY, JSON.stringify(waiting))
    } catch {
      // Storage may be forbidden: then a reload forgets what was waited for.
    }
  }
}

function waits(): number[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'number') : []
  } catch {
    return []
  }
}

/** Hands the file to the browser. */
function hand(ticket: Ticket) {
  const link = document.createElement('a')
  link.href = ticket.url
  link.download = ticket.file_name
  link.click()
}

export const downloads = new Downloads()
