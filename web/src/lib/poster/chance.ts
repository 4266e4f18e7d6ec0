/** A source of numbers that gives the same ones for the same text, on every machine. */
export class Chance {
  #state: number

  constructor(text: string) {
    let hash = 0x811c9dc5
    for (const char of text.normalize('NFKC')) {
      hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
    }
    this.#state = hash >>> 0
    // The first few of near seeds are alike.
    for (let skip = 0; skip < 4; skip += 1) this.next()
  }

  /** 0 up to and without 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.next()
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T
  }

  flip(): boolean {
    return this.next() < 0.5
  }
}
