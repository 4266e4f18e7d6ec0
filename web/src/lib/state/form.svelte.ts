import { Failure, wordsOf } from '$lib/api'

/** Codes that belong to one field of a form. */
const FIELD_OF: Record<string, string> = {
  name_taken: 'name',
  invite_required: 'invite',
  invite_invalid: 'invite',
  setup_code_invalid: 'code',
  reset_code_invalid: 'code',
}

/** As a sentence begins. */
const begun = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** A form that is sent: whether it is under way, and what came back wrong. */
export class Form {
  busy = $state(false)
  #failure = $state.raw<unknown>(null)

  /** Sends; true where it went through. */
  async send(act: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.#failure = null
    try {
      await act()
      return true
    } catch (error) {
      this.#failure = error
      return false
    } finally {
      this.busy = false
    }
  }

  /** What is wrong with a field. */
  of(field: string): string | undefined {
    const failure = this.#failure
    if (!(failure instanceof Failure)) return undefined
    if (FIELD_OF[failure.code] === field) return failure.message
    const isIt = failure.code === 'invalid_field' && failure.facts.field === field
    // The server names the field first; here its label stands above.
    return isIt ? begun(failure.message.replace(/^[\w.]+\s*[:\uff1a]\s*/, '')) : undefined
  }

  /** What is wrong with none of these fields in particular. */
  beside(...fields: string[]): string | undefined {
    if (this.#failure === null || fields.some((field) => this.of(field))) return undefined
    return wordsOf(this.#failure)
  }
}
