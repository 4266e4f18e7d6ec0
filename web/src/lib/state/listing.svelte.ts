interface PageOf<T> {
  items: T[]
  next_cursor?: string | null
}

/** A list that grows page by page, by the cursor of the page before. */
export class Listing<T> {
  items = $state.raw<T[]>([])
  isLoading = $state(false)
  hasMore = $state(true)
  error = $state.raw<unknown>(null)
  #cursor: string | undefined
  readonly #fetch: (cursor: string | undefined) => Promise<PageOf<T>>

  constructor(fetch: (cursor: string | undefined) => Promise<PageOf<T>>) {
    this.#fetch = fetch
  }

  get isEmpty() {
    return !this.hasMore && this.items.length === 0
  }

  get isFirstLoading() {
    return this.isLoading && this.items.length === 0
  }

  async more() {
    if (this.isLoading || !this.hasMore) return
    this.isLoading = true
    this.error = null
    try {
      // A search that looks at many finds nothing on some pages.
      for (let found = 0; this.hasMore && found === 0;) {
        const page = await this.#fetch(this.#cursor)
        found = page.items.length
        this.items = [...this.items, ...page.items]
        this.#cursor = page.next_cursor ?? undefined
        this.hasMore = this.#cursor !== undefined
      }
    } catch (error) {
      this.error = error
    } finally {
      this.isLoading = false
    }
  }

  /** From the first page on, as after a change. */
  async again() {
    this.items = []
    this.#cursor = undefined
    this.hasMore = true
    await this.more()
  }

  /** One item in another state, or gone. */
  change(is: (item: T) => boolean, into: (item: T) => T | null) {
    this.items = this.items.flatMap((item) => (is(item) ? (into(item) ?? []) : item))
  }
}
