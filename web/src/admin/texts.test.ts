import { expect, test } from 'vitest'
import { en } from '../texts/admin.en'
import { zh } from '../texts/admin.zh'

/** The sources of the server. */
const RULES = import.meta.glob<string>('../../../crates/core/src/**/*.rs', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const SERVER = import.meta.glob<string>('../../../crates/server/src/**/*.rs', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** All that a pattern finds in them, each once. */
function found(files: Record<string, string>, pattern: RegExp): string[] {
  const text = Object.values(files).join('\n')
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))]
}

const CATALOGUES = { en, zh }

for (const [lang, texts] of Object.entries(CATALOGUES)) {
  test(`every setting has its text: ${lang}`, () => {
    const keys = found(RULES, /\bsetting\("([a-z_.]+)"/g)
    expect(keys.length).toBeGreaterThan(20)
    expect(keys.filter((key) => !(key in texts.settings.fields))).toEqual([])
  })

  test(`every act of the audit log has its text: ${lang}`, () => {
    const acts = found(SERVER, /\bAct::new\(\s*"([a-z_.]+)"/g)
    expect(acts.length).toBeGreaterThan(20)
    expect(acts.filter((act) => !(act in texts.acts))).toEqual([])
  })
}
