import { api, ask, isUnreachable, type Ticket } from '$lib/api'

const LOOK_MS = 4_000

interface Reports {
  /** The file may be fetched now. */
  ready: (ticket: Ticket, hasWaited: boolean) => void
  /** The wait ended without a file. */
  failed: (error: unknown) => void
  /** Waiting has begun or ended. */
  changed: () => void
}

/**
 * The right to fetch one video, and the wait before it. The server alone decides when the wait
 * is over: what is counted here is for the eye, and nothing is fetched before the server says
 * that it may be.
 */
export class TicketState {
  ticket = $state.raw<Ticket | null>(null)
  isAsking = $state(false)
  isReady = $state(false)
  leftMs = $state(0)
  totalMs = $state(1)
  #endsAt = 0
  #lookAt = 0
  #timer = 0

  constructor(
    readonly videoId: number,
    readonly reports: Reports,
  ) {}

  get isWaiting() {
    return this.ticket !== null && !this.isReady
  }

  get leftSeconds() {
    return Math.ceil(this.leftMs / 1000)
  }

  /** Asks for the ticket: the live one where there is one, with its own wait. */
  async ask() {
    if (this.isAsking) return
    this.isAsking = true
    try {
      this.#take(await ask(api.POST('/api/v1/videos/{id}/downloads', { params: { path: { id: this.videoId } } })))
    } finally {
      this.isAsking = false
    }
  }

  #take(ticket: Ticket) {
    clearInterval(this.#timer)
    this.ticket = ticket
    this.isReady = ticket.state !== 'waiting'
    if (this.isReady) return this.reports.ready(ticket, false)
    this.totalMs = Math.max(1, ticket.wait_ms)
    this.leftMs = ticket.wait_ms
    this.#endsAt = performance.now() + ticket.wait_ms
    this.#lookAt = performance.now() + LOOK_MS
    this.#timer = window.setInterval(() => void this.#tick(), 250)
    this.reports.changed()
  }

  /** Forgets the ticket; its wait goes on at the server. */
  stop() {
    clearInterval(this.#timer)
    this.ticket = null
    this.isReady = false
    this.reports.changed()
  }

  async #tick() {
    const now = performance.now()
    this.leftMs = Math.max(0, this.#endsAt - now)
    // Looked at now and then as well: becoming a member, here or elsewhere, ends the wait.
    if (this.leftMs > 0 && now < this.#lookAt) return
    this.#lookAt = now + (this.leftMs > 0 ? LOOK_MS : 700)
    await this.#look()
  }

  async #look() {
    const ticket = this.ticket
    if (!ticket) return
    try {
      const record = await ask(api.GET('/api/v1/downloads/{id}', { params: { path: { id: ticket.id } } }))
      if (this.ticket !== ticket || record.state === 'waiting' || this.isReady) return
      clearInterval(this.#timer)
      this.isReady = true
      this.reports.ready(ticket, true)
      this.reports.changed()
    } catch (error) {
      // A lost line, or a page that is being left, ends no wait: it is looked at again.
      if (this.ticket !== ticket || isUnreachable(error)) return
      this.stop()
      this.reports.failed(error)
    }
  }
}
