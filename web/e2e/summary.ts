import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'
import { stripVTControlCharacters } from 'node:util'

const MOST_CHARACTERS = 600

/** Repeats at the very end what failed and why: of a long log often the end alone is kept. */
export default class Summary implements Reporter {
  #failures: string[] = []

  onTestEnd(test: TestCase, result: TestResult) {
    if (result.status === test.expectedStatus) return
    const reasons = result.errors.map(({ message = 'no reason given' }) =>
      stripVTControlCharacters(message).replace(/\s+/g, ' ').slice(0, MOST_CHARACTERS),
    )
    this.#failures.push([test.title, ...reasons].join('\n    '))
  }

  onEnd(result: FullResult) {
    if (result.status !== 'passed') console.log(['', 'Why:', ...this.#failures].join('\n  '))
  }

  printsToStdio() {
    return false
  }
}
