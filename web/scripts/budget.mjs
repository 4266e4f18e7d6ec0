// What the front page loads of script and style, compressed, must stay under its budget.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUDGET_BYTES = 90_000
const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))

function filesOf(name, known = new Set()) {
  const chunk = manifest[name]
  if (known.has(chunk.file)) return known
  known.add(chunk.file)
  for (const style of chunk.css ?? []) known.add(style)
  for (const imported of chunk.imports ?? []) filesOf(imported, known)
  return known
}

const sizes = ['zh', 'en'].map((lang) => {
  const files = new Set()
  for (const name of ['index.html', 'src/pages/Front.svelte', `src/texts/${lang}.ts`]) {
    for (const file of filesOf(name)) if (/\.(js|css)$/.test(file)) files.add(file)
  }
  const bytes = [...files].reduce((sum, file) => sum + readFileSync(`${dist}${file}.gz`).length, 0)
  console.log(`${lang}: ${bytes} bytes gz in ${files.size} files (budget ${BUDGET_BYTES})`)
  return bytes
})

if (Math.max(...sizes) > BUDGET_BYTES) {
  console.error('The front page is over its budget.')
  process.exit(1)
}
