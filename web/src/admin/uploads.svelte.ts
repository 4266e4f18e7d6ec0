import type { Video } from '$lib/api'
import { forgetLists } from '$lib/state/videos.svelte'
import { nameOf } from '$lib/upload/memory'
import { Upload, type UploadFacts } from '$lib/upload/upload.svelte'
import { mount } from 'svelte'

const AT_ONCE = 2
const LOOK_EVERY_MS = 1_000
/** How much of the newest look goes into the rate that is shown. */
const WEIGHT = 0.3

/** A file in the queue. */
export class Job {
  readonly upload: Upload
  /** Bytes a second, smoothed. */
  rate = $state(0)
  /** Restored from the trash instead of sent. */
  restored = $state.raw<Video | null>(null)
  #seen = 0

  constructor(
    readonly id: number,
    readonly file: File,
    facts: UploadFacts,
  ) {
    this.upload = new Upload(file, facts)
  }

  get isOver() {
    return ['done', 'failed', 'stopped'].includes(this.upload.state)
  }

  /** There is a video with its content: brought now, restored, or here already. */
  get isDone() {
    const { state, failure } = this.upload
    return state === 'done' || this.restored !== null || (state === 'failed' && failure?.code === 'video_exists')
  }

  get secondsLeft(): number | null {
    return this.rate > 0 ? (this.file.size - this.upload.sentBytes) / this.rate : null
  }

  look() {
    const { sentBytes, takenUpAt, state } = this.upload
    // What an earlier try sent says nothing of this one's speed.
    const from = Math.max(this.#seen, takenUpAt)
    const now = (Math.max(0, sentBytes - from) * 1000) / LOOK_EVERY_MS
    this.#seen = sentBytes
    const isFirst = this.rate === 0 || state !== 'sending'
    this.rate = isFirst ? now : this.rate * (1 - WEIGHT) + now * WEIGHT
  }
}

/** Files on their way. They go on while the reader walks about the site. */
class Uploads {
  jobs = $state.raw<Job[]>([])
  readonly #listeners = new Set<(video: Video) => void>()
  #nextId = 1
  #timer: ReturnType<typeof setInterval> | undefined
  #isShown = false

  /** Those that are not over. */
  get open() {
    return this.jobs.filter((job) => !job.isOver)
  }

  add(files: File[], facts: UploadFacts) {
    const known = new Set(this.open.map(({ file }) => nameOf(file)))
    const fresh = files.filter((file) => !known.has(nameOf(file)))
    this.jobs = [...this.jobs, ...fresh.map((file) => new Job(this.#nextId++, file, facts))]
    void this.#show()
    this.#pump()
  }

  /** Again after a failure, on after a pause. */
  resume(job: Job) {
    job.upload.state = 'waiting'
    this.#pump()
  }

  pause(job: Job) {
    job.upload.pause()
    this.#pump()
  }

  stop(job: Job) {
    void job.upload.stop()
    this.#pump()
  }

  stopAll() {
    // The waiting ones first, so that none moves up.
    for (const job of this.open.toReversed()) this.stop(job)
  }

  clear() {
    this.jobs = this.open
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
    const running = this.jobs.filter((job) => job.upload.isActive).length
    const next = this.jobs.filter((job) => job.upload.state === 'waiting').slice(0, Math.max(0, AT_ONCE - running))
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
    const isBusy = this.jobs.some((job) => job.upload.isActive)
    if (isBusy && this.#timer === undefined) {
      this.#timer = setInterval(() => this.jobs.forEach((job) => job.look()), LOOK_EVERY_MS)
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
