interface Toast {
  id: number
  text: string
  kind: 'done' | 'failed'
  action?: { label: string; act: () => void }
}

const SHOWN_MS = 6_000

/** What just happened, shown at the edge of the page for a while; with a way back where there is one. */
class Toasts {
  list = $state<Toast[]>([])
  #next = 1

  say(text: string, action?: Toast['action']) {
    this.#add({ id: this.#next++, text, kind: 'done', action })
  }

  fail(text: string) {
    this.#add({ id: this.#next++, text, kind: 'failed' })
  }

  drop(id: number) {
    this.list = this.list.filter((toast) => toast.id !== id)
  }

  #add(toast: Toast) {
    this.list = [...this.list.slice(-2), toast]
    this.#dropLater(toast.id)
  }

  /** Not while somebody points at it or has it in focus. */
  #dropLater(id: number) {
    setTimeout(() => {
      const shown = document.getElementById(`toast-${id}`)
      if (shown?.matches(':hover, :focus-within')) this.#dropLater(id)
      else this.drop(id)
    }, SHOWN_MS)
  }
}

export const toasts = new Toasts()
