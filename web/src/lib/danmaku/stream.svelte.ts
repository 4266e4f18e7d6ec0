import { api, ask, type Danmaku } from '$lib/api'
import type { Mode } from './taste.svelte'

/** So much of a film is loaded at once, in milliseconds. */
const PART_MS = 120_000

/** The danmaku of one video: loaded by parts of the film, and received while others send them. */
export class DanmakuStream {
  /** What is known of the film, by the moment. */
  items = $state.raw<Danmaku[]>([])
  /** Called for each that was not known. */
  onarrival: (danmaku: Danmaku) => void = () => {}
  /** Called for each that is gone. */
  ongone: (id: number) => void = () => {}
  readonly #id: number
  readonly #known = new Set<number>()
  readonly #parts = new Set<number>()
  #events: EventSource | undefined

  constructor(id: number) {
    this.#id = id
  }

  /** Loads the part of the film around that second, and the next. */
  reach(second: number) {
    const part = Math.floor((second * 1_000) / PART_MS)
    void this.#load(part)
    if (second * 1_000 > (part + 0.5) * PART_MS) void this.#load(part + 1)
  }

  /** Receives new ones until `end`. */
  follow() {
    this.#events = new EventSource(`/api/v1/videos/${this.#id}/danmaku/live`)
    this.#events.onmessage = ({ data }) => this.#take([JSON.parse(data as string) as Danmaku])
  }

  /** Receives no more; what came meanwhile is loaded with its part of the film when it goes on. */
  end() {
    this.#events?.close()
    this.#parts.clear()
  }

  async send(text: string, second: number, mode: Mode, color: string) {
    const body = { text, at_ms: Math.round(second * 1_000), mode, color }
    this.#take([await ask(api.POST('/api/v1/videos/{id}/danmaku', { params: { path: { id: this.#id } }, body }))])
  }

  async remove(id: number) {
    await ask(api.DELETE('/api/v1/danmaku/{id}', { params: { path: { id } } }))
    this.items = this.items.filter((item) => item.id !== id)
    this.ongone(id)
  }

  async report(id: number) {
    await ask(api.POST('/api/v1/danmaku/{id}/reports', { params: { path: { id } }, body: {} }))
  }

  async #load(part: number) {
    if (this.#parts.has(part)) return
    this.#parts.add(part)
    const query = { from_ms: part * PART_MS, to_ms: (part + 1) * PART_MS }
    const options = { params: { path: { id: this.#id }, query } }
    const found = await ask(api.GET('/api/v1/videos/{id}/danmaku', options)).catch(() => null)
    if (found) this.#take(found.items)
    else this.#parts.delete(part)
  }

  #take(found: Danmaku[]) {
    const fresh = found.filter(({ id }) => !this.#known.has(id))
    if (fresh.length === 0) return
    fresh.forEach(({ id }) => this.#known.add(id))
    this.items = [...this.items, ...fresh].sort((one, other) => one.at_ms - other.at_ms)
    fresh.forEach((danmaku) => this.onarrival(danmaku))
  }
}
