import type { Message } from './digest.worker'

/**
 * What a file's content goes by, computed beside the page: the sampled fingerprint at once, the
 * whole hash ahead of what is sent. Plain script at some 80 MB a second: what is faster would be
 * wasm, which the pages' policy forbids. Either is null where it cannot be computed.
 */
export class Digest {
  readonly fingerprint: Promise<string | null>
  readonly hash: Promise<string | null>
  readonly #worker = new Worker(new URL('./digest.worker.ts', import.meta.url), { type: 'module' })
  #ends: (() => void)[] = []

  constructor(file: File, onhashed: (bytes: number) => void) {
    this.fingerprint = this.#when((message) => ('fingerprint' in message ? message.fingerprint : undefined))
    this.hash = this.#when((message) => ('hash' in message ? message.hash : undefined))
    this.#worker.addEventListener('error', () => this.end())
    this.#worker.addEventListener('message', ({ data: message }: MessageEvent<Message>) => {
      if ('hashedBytes' in message) onhashed(message.hashedBytes)
      if ('failed' in message) this.end()
    })
    this.#worker.postMessage(file)
  }

  end() {
    this.#worker.terminate()
    for (const end of this.#ends) end()
  }

  #when(pick: (message: Message) => string | undefined): Promise<string | null> {
    return new Promise((resolve) => {
      this.#ends.push(() => resolve(null))
      this.#worker.addEventListener('message', ({ data: message }: MessageEvent<Message>) => {
        const value = pick(message)
        if (value !== undefined) resolve(value)
      })
    })
  }
}
