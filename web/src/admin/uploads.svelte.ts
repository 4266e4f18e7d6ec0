import type { Video } from '$lib/api'
import { forgetLists } from '$lib/state/videos.svelte'
import { Upload, type UploadFacts } from '$lib/upload.svelte'
import { mount } from 'svelte'

const AT_ONCE = 2
const LOOK_EVERY_MS = 1_000
/** How much of the newest look goes into the rate that is shown. */
const WEIGHT = 0.3

/** A file in the queue. A new attempt is a new upload. */
export class Job {
  upload: Upload = $state.raw()!
  /** Bytes a second, smoothed. */
  rate = $state(0)
  /** Restored from the trash instead of sent. */
  restored = $state.raw<Video | null>(null)
  #seen = 0

  constructor(
    readonly id: number,
    readonly file: File,
    readonly facts: UploadFacts,
  ) {
    this.again()
  }

  again() {
    this.upload = new Upload(this.file, this.facts)
    this.rate = 0
    this.#seen = 0
  }

  get isActive() {
    return this.upload.state === 'sending' || this.upload.state === 'finishing'
  }

  get isOver() {
    return !this.isActive && this.upload.state !== 'waiting'
  }

  get isDone() {
    return this.upload.state === 'done' || this.restored !== null
  }

  get secondsLeft(): number | null {
    return this.rate > 0 ? (this.file.size - this.upload.sentBytes) / this.rate : null
  }

  look() {
    const now = ((this.upload.sentBytes - this.#seen) * 1000) / LOOK_EVERY_MS
    this.#seen = this.upload.sentBytes
    this.rate = this.rate === 0 ? now : this.rate * (1 - WEIGHT) + now * WEIGHT
  }
}

/** Files on their way. They go on while the reader walks about the site. */
class Uploads {
  jobs = $state.raw<Job[]>([])
  readonly #listeners = new Set<(video: Video) => void>()
  #nextId = 1
  #timer: ReturnType<typeof setInterval> | undefined
  #isShown = false

  get active() {
    return this.jobs.filter((job) => !job.isOver)
  }

  add(files: File[], facts: UploadFacts) {
    const known = new Set(this.active.map(({ file }) => `${file.name}/${file.size}/${file.lastModified}`))
    const fresh = files.filter((file) => !known.has(`${file.name}/${file.size}/${file.lastModified}`))
    this.jobs = [...this.jobs, ...fresh.map((file) => new Job(this.#nextId++, file, facts))]
    void this.#show()
    this.#pump()
  }

  retry(job: Job) {
    job.again()
    this.#pump()
  }

  stop(job: Job) {
    if (job.upload.state === 'waiting') job.upload.state = 'stopped'
    else job.upload.stop()
    this.#pump()
  }

  stopAll() {
    // The waiting ones first, so that none moves up.
    for (const job of this.active.toReversed()) this.stop(job)
  }

  clear() {
    this.jobs = this.active
  }

  /** Told of each video that has come. */
  whenDone(act: (video: Video) => void) {
    this.#listeners.add(act)
    return () => void this.#listeners.delete(act)
  }

  tell(video: Video) {
    forgetLists()
    for (const act of this.#listeners) act(video)
  }

  #pump() {
    const running = this.jobs.filter((job) => job.isActive).length
    const next = this.jobs.filter((job) => job.upload.state === 'waiting').slice(0, AT_ONCE - running)
    for (const job of next) void this.#run(job)
    this.#watch()
  }

  async #run(job: Job) {
    await job.upload.start()
    if (job.upload.video) this.tell(job.upload.video)
    this.#pump()
  }

  /** Looks at the rates, and warns before the page is closed, while something is under way. */
  #watch() {
    const isBusy = this.active.length > 0
    if (isBusy && this.#timer === undefined) {
      this.#timer = setInterval(() => this.jobs.forEach((job) => job.isActive && job.look()), LOOK_EVERY_MS)
      addEventListener('beforeunload', warn)
    }
    if (!isBusy && this.#timer !== undefined) {
      clearInterval(this.#timer)
      this.#timer = undefined
      removeEventListener('beforeunload', warn)
    }
  }

  /** The panel belongs to no page, so that it stays when pages change. */
  async #show() {
    if (this.#isShown) return
    this.#isShown = true
    const panel = await import('./UploadPanel.svelte')
    mount(panel.default, { target: document.body })
  }
}

const warn = (event: BeforeUnloadEvent) => event.preventDefault()

export const uploads = new Uploads()
