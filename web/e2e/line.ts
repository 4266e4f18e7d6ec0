import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** The line between a browser and the site: a test counts it, holds it, cuts it and mends it. */
export class Line {
  url = ''
  /** What the browser has sent. */
  sentBytes = 0
  #room = Infinity
  #roomBack = Infinity
  #isCut = false
  #held: (() => void) | undefined
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((browser) => this.#join(browser))

  constructor(readonly target: URL) {}

  async start() {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop() {
    this.cut()
    this.#server.close()
  }

  /** From now on no request gets on that is larger; resolves when one stands still. */
  hold(bytes: number): Promise<void> {
    this.#room = bytes
    return new Promise((resolve) => (this.#held = resolve))
  }

  /** From now on no answer gets on that is larger. */
  holdAnswers(bytes: number) {
    this.#roomBack = bytes
  }

  /** Nothing passes, nobody gets through. */
  cut() {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend() {
    this.#isCut = false
    this.#room = this.#roomBack = Infinity
    for (const socket of this.#sockets) socket.resume()
  }

  #join(browser: Socket) {
    if (this.#isCut) return void browser.destroy()
    const site = connect(Number(this.target.port), this.target.hostname)
    let passed = 0
    browser.on('data', (bytes) => {
      passed += bytes.length
      this.sentBytes += bytes.length
      const isFull = !site.write(bytes)
      if (passed >= this.#room) {
        browser.pause()
        this.#held?.()
      } else if (isFull) {
        browser.pause()
        site.once('drain', () => browser.resume())
      }
    })
    let answered = 0
    site.on('data', (bytes) => {
      answered += bytes.length
      browser.write(bytes)
      if (answered >= this.#roomBack) site.pause()
    })
    for (const [one, other] of [
      [browser, site],
      [site, browser],
    ] as const) {
      this.#sockets.add(one)
      // A broken line is what is wanted here.
      one.on('error', () => {})
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}
