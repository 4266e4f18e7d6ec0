import { moneyKey } from '$lib/api'

/** One key for each thing that is confirmed: the same facts sent again, as after a broken
 *  connection, go by the same key; other facts are another thing. */
export class Once {
  #facts = ''
  #key = ''

  keyOf(...facts: unknown[]): string {
    const now = JSON.stringify(facts)
    if (now !== this.#facts) this.#key = moneyKey()
    this.#facts = now
    return this.#key
  }
}
