import { api, ask, Failure, unreachable, type Video } from '$lib/api'
import { t } from '$texts'
import { Digest } from './digest'
import { forget, recall, remember } from './memory'
import type { Outcome } from './sending'

export interface UploadFacts {
  title?: string
  is_free?: boolean
  price_minor?: number
  member_price_minor?: number
  category?: string
  tags?: string
}

/** The first pause after a try that broke; it doubles up to … */
const FIRST_PAUSE_MS = 250
/** … this. It is tried for as long as the page is open. */
const LONGEST_PAUSE_MS = 15_000
/** So many bytes go into one request, … */
const REQUEST_BYTES = 32 << 20
/** … so many where a proxy takes no more: as nginx, unless it is configured. */
const SMALL_REQUEST_BYTES = 1 << 20
const TUS = { 'Tus-Resumable': '1.0.0' } as const
const OCTETS = { 'content-type': 'application/offset+octet-stream' }

/** Refusals that pass by themselves. */
const PASSING = [
  'unreachable',
  'upload_busy',
  'upload_offset_mismatch',
  'upload_incomplete',
  'request_timeout',
  'busy',
  'database_unavailable',
  'storage_failed',
]
/** What proxies answer while the server behind them starts again. */
const GATEWAY = [502, 503, 504]
/** What a HEAD says without words. */
const WORDLESS = [401, 403, 404, 409, 410, 423]
/** After these there is nothing to go on with. */
const OVER = ['not_found', 'upload_ended', 'video_exists', 'video_in_trash', 'hash_mismatch']

/** A file on its way to the server. Started again, it goes on where it stopped. */
export class Upload {
  state = $state<'waiting' | 'checking' | 'sending' | 'lost' | 'finishing' | 'paused' | 'done' | 'failed' | 'stopped'>(
    'waiting',
  )
  hashedBytes = $state(0)
  sentBytes = $state(0)
  video = $state.raw<Video | null>(null)
  failure = $state.raw<Failure | null>(null)
  /** Where the last try took it up. */
  takenUpAt = 0
  #savedBytes = 0
  #requestBytes = REQUEST_BYTES
  /** Its name on the server, once it is begun. */
  #id: string | null = null
  /** The facts that the server was sent. */
  #sentFacts = ''
  #leave = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(
    readonly file: File,
    readonly facts: UploadFacts = {},
  ) {}

  /** How much is sent; before anything is, how much is compared. */
  get share() {
    const bytes = this.state === 'checking' && !this.#id ? this.hashedBytes : this.sentBytes
    return this.file.size ? bytes / this.file.size : 1
  }

  get isActive() {
    return ['checking', 'sending', 'lost', 'finishing'].includes(this.state)
  }

  /** Sends the file; done, failed, paused or stopped afterwards. */
  start(): Promise<void> {
    this.#leave = new AbortController()
    this.state = 'checking'
    this.failure = null
    this.hashedBytes = 0
    const { signal } = this.#leave
    this.#running = this.#running.then(() => this.#run(signal))
    return this.#running
  }

  pause() {
    this.state = 'paused'
    this.#leave.abort()
  }

  /** For good: the server lets go of what it has. */
  async stop() {
    this.state = 'stopped'
    this.#leave.abort()
    await this.#end()
  }

  async #run(signal: AbortSignal) {
    if (signal.aborted) return
    const digest = new Digest(this.file, (bytes) => (this.hashedBytes = bytes))
    signal.addEventListener('abort', () => digest.end())
    try {
      this.video ??= await this.#bring(digest, signal)
      forget(this.file)
      await this.#describe(this.video.id)
      if (!signal.aborted) this.state = 'done'
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    } finally {
      digest.end()
    }
  }

  /** Tries until it is there or refused. */
  async #bring(digest: Digest, signal: AbortSignal): Promise<Video> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const before = this.#savedBytes
      try {
        return await this.#try(digest, signal)
      } catch (error) {
        signal.throwIfAborted()
        const failure = await this.#causeOf(error)
        if (!isPassing(failure)) throw failure
        this.failure = failure
        this.state = 'lost'
        if (this.#savedBytes > before) pause = FIRST_PAUSE_MS
        await moment(pause, signal)
      }
    }
  }

  async #try(digest: Digest, signal: AbortSignal): Promise<Video> {
    this.#id ??= await this.#recall()
    const metadata = this.#id ? {} : await this.#metadata(digest)
    signal.throwIfAborted()
    const outcome = await this.#send(metadata, digest, signal)
    if (outcome === 'brought') {
      // Begun anew, the server says where the content is.
      await this.#end()
      return this.#try(digest, signal)
    }
    if (outcome.code !== 'done') throw await this.#why()
    return ask(api.GET('/api/v1/videos/{id}', { params: { path: { id: outcome.videoId } } }))
  }

  /** The upload of this file that was begun before the page was left, unless it has ended. */
  async #recall(): Promise<string | null> {
    const begun = recall(this.file)
    if (!begun) return null
    const standing = await this.#standing(begun.id).catch(orNull('not_found'))
    if (standing?.state === 'open') {
      this.#sentFacts = begun.facts
      return begun.id
    }
    forget(this.file)
    return null
  }

  #standing(id: string) {
    return ask(api.GET('/api/v1/uploads/{id}', { params: { path: { id } } }))
  }

  /** What is sent about the file. Where its content may be here, so is its hash: the server then
   *  refuses it before a byte travels. */
  async #metadata(digest: Digest): Promise<Record<string, string>> {
    const fingerprint = await digest.fingerprint
    const mayBeHere = fingerprint !== null && (await this.#ask(fingerprint)).known
    const hash = mayBeHere ? await digest.hash : null
    const { is_free, ...facts } = this.facts
    const sent = { filename: this.file.name, is_free: is_free ? 1 : 0, ...facts, fingerprint, content_hash: hash }
    const values = Object.entries(sent).filter(([, value]) => value !== undefined && value !== null && value !== '')
    return Object.fromEntries(values.map(([name, value]) => [name, String(value)]))
  }

  #ask(fingerprint: string) {
    return ask(api.GET('/api/v1/fingerprint', { params: { query: { size_bytes: this.file.size, fingerprint } } }))
  }

  async #send(metadata: Record<string, string>, digest: Digest, signal: AbortSignal): Promise<Outcome | 'brought'> {
    const { send } = await import('./sending').catch(() => Promise.reject(unreachable()))
    signal.throwIfAborted()
    const leave = new AbortController()
    signal.addEventListener('abort', () => leave.abort(signal.reason))
    const sent = send({
      file: this.file,
      id: this.#id,
      requestBytes: this.#requestBytes,
      metadata,
      signal: leave.signal,
      onbegun: (id) => this.#begun(id),
      onsaved: (bytes) => (this.#savedBytes = bytes),
      onsent: (bytes) => this.#sent(bytes),
    })
    try {
      return await Promise.race([sent, this.#broughtMeanwhile(digest)])
    } finally {
      leave.abort()
    }
  }

  #begun(id: string) {
    if (id === this.#id) return
    this.#id = id
    this.#sentFacts = JSON.stringify(this.facts)
    remember(this.file, { id, facts: this.#sentFacts })
    if (this.state === 'stopped') void this.#end()
  }

  #sent(bytes: number) {
    if (this.state === 'checking' || this.state === 'lost') this.takenUpAt = bytes
    this.sentBytes = bytes
    this.state = bytes < this.file.size ? 'sending' : 'finishing'
  }

  /** Ends when the hash says that somebody else has brought the content since it was asked for. */
  async #broughtMeanwhile(digest: Digest): Promise<'brought'> {
    const [fingerprint, hash] = await Promise.all([digest.fingerprint, digest.hash])
    const isHere = fingerprint && hash && this.#id && (await this.#isHere(fingerprint, hash).catch(() => false))
    const isOwn = isHere && this.#id && (await this.#standing(this.#id).catch(() => null))?.state !== 'open'
    return isHere && !isOwn ? 'brought' : new Promise(() => {})
  }

  async #isHere(fingerprint: string, hash: string): Promise<boolean> {
    const { video_id: id } = await this.#ask(fingerprint)
    if (!id) return false
    const video = await ask(api.GET('/api/v1/videos/{id}', { params: { path: { id } } }))
    return video.content_hash === hash
  }

  /** What is given anew about the same file, such as another price, goes to the video. */
  async #describe(id: number) {
    const facts = JSON.stringify(this.facts)
    if (facts === this.#sentFacts) return
    const { title, is_free = false, price_minor = 0, member_price_minor = 0, category = '', tags = '' } = this.facts
    const prices = is_free ? {} : { price_minor, member_price_minor }
    const body = { title, is_free, ...prices, category, tags: tags.split(',').filter(Boolean) }
    this.video = await ask(api.PATCH('/api/v1/videos/{id}', { params: { path: { id } }, body }))
    this.#sentFacts = facts
  }

  /** The same, or what stands behind it. */
  async #causeOf(error: unknown): Promise<unknown> {
    if (!(error instanceof Failure)) return error
    if (error.isUnreachable && !(await isReadable(this.file))) return new Failure('unreadable', 0, t.upload.unreadable)
    if (error.code !== 'internal') return error
    if (error.status === 413 && this.#requestBytes > SMALL_REQUEST_BYTES) {
      this.#requestBytes = SMALL_REQUEST_BYTES
      return unreachable()
    }
    return this.#id && WORDLESS.includes(error.status) ? this.#why() : error
  }

  /** The server's words for why nothing goes on: a HEAD has none, a PATCH has. */
  #why(): Promise<unknown> {
    const params = { path: { id: this.#id ?? '' }, header: { ...TUS, 'Upload-Offset': this.#savedBytes } }
    const asked = ask(
      api.PATCH('/api/v1/uploads/{id}', { params, headers: OCTETS, body: [], bodySerializer: () => '' }),
    )
    // Where nothing stands in the way any more, another try gets on.
    return asked.then(unreachable, (error: unknown) => error)
  }

  /** It expires, where it cannot be ended now. */
  async #end() {
    const id = this.#id
    if (!id) return
    this.#id = null
    this.sentBytes = 0
    try {
      await ask(api.DELETE('/api/v1/uploads/{id}', { params: { path: { id }, header: TUS } }))
    } catch (error) {
      // Picked again, it goes on.
      if (error instanceof Failure && error.isUnreachable) return
    }
    forget(this.file)
  }

  #fail(error: unknown) {
    this.failure = error instanceof Failure ? error : new Failure('unexpected', 0, t.failure.unexpected)
    this.state = 'failed'
    if (!OVER.includes(this.failure.code)) return
    this.#id = null
    forget(this.file)
  }
}

function isPassing(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false
  return PASSING.includes(error.code) || (error.code === 'internal' && GATEWAY.includes(error.status))
}

const isReadable = (file: File) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )

function orNull(code: string) {
  return (error: unknown) => {
    if (error instanceof Failure && error.code === code) return null
    throw error
  }
}

/** A pause that ends early when the line is back, or somebody leaves. */
function moment(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = new AbortController()
    const over = () => {
      clearTimeout(timer)
      end.abort()
      resolve()
    }
    const timer = setTimeout(over, ms)
    addEventListener('online', over, { signal: end.signal })
    signal.addEventListener('abort', over, { signal: end.signal })
  })
}
