// Writes the API's types from the document that the binary prints; `--check` only compares.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))
const target = fileURLToPath(new URL('../src/lib/api/schema.d.ts', import.meta.url))
const [program, ...words] = process.env.YINGKU_BIN
  ? [process.env.YINGKU_BIN]
  : ['cargo', 'run', '--quiet', '--package', 'yingku', '--']
const printed = execFileSync(program, [...words, 'openapi'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 26,
})
const head = '// Made by `npm run generate` from the API document; edit nothing here.\n\n'
const types = head + astToString(await openapiTS(JSON.parse(printed)))

if (!process.argv.includes('--check')) {
  writeFileSync(target, types)
} else if (readFileSync(target, 'utf8') !== types) {
  console.error('src/lib/api/schema.d.ts is not what the API says: run `npm run generate` in web/')
  process.exit(1)
}
