import { Failure, refusal, unreachable, type Video } from '$lib/api'
import { language } from '$texts'

export interface UploadFacts {
  title?: string
  is_free?: boolean
  price_minor?: number
  member_price_minor?: number
  category?: string
  tags?: string
}

/** A file on its way to the server. `fetch` tells nothing of what was sent, hence the old way. */
export class Upload {
  sentBytes = $state(0)
  state = $state<'waiting' | 'sending' | 'finishing' | 'done' | 'failed' | 'stopped'>('waiting')
  video = $state.raw<Video | null>(null)
  failure = $state.raw<Failure | null>(null)
  readonly #request = new XMLHttpRequest()

  constructor(
    readonly file: File,
    readonly facts: UploadFacts = {},
  ) {}

  get share() {
    return this.file.size ? this.sentBytes / this.file.size : 1
  }

  /** Sends the file; done, failed or stopped afterwards. */
  start(): Promise<void> {
    const request = this.#request
    this.state = 'sending'
    return new Promise((resolve) => {
      request.upload.onprogress = (event) => (this.sentBytes = event.loaded)
      request.upload.onload = () => (this.state = 'finishing')
      request.onload = () => resolve(this.#answered())
      request.onerror = () => resolve(this.#fail(unreachable()))
      request.onabort = () => resolve(void (this.state = 'stopped'))
      request.open('POST', `/api/v1/videos?${this.#query()}`)
      request.setRequestHeader('accept-language', language.current)
      request.setRequestHeader('content-type', 'application/octet-stream')
      request.send(this.file)
    })
  }

  stop() {
    this.#request.abort()
  }

  #query() {
    const query = new URLSearchParams({ file_name: this.file.name })
    for (const [name, value] of Object.entries(this.facts)) {
      if (value !== undefined && value !== '') query.set(name, String(value))
    }
    return query
  }

  #answered() {
    let body: unknown = null
    try {
      body = JSON.parse(this.#request.responseText)
    } catch {
      // A proxy may answer in its own words; the status says enough.
    }
    if (this.#request.status !== 201) return this.#fail(refusal(this.#request.status, body))
    this.video = body as Video
    this.state = 'done'
  }

  #fail(failure: Failure) {
    this.failure = failure
    this.state = 'failed'
  }
}
