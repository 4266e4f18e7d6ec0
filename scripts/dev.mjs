// What `make dev` runs: a server that is built and started again when Rust changes, and Vite, which
// shows a changed page at once. The data is in ./data-dev.
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'

const PAGES = 'http://127.0.0.1:5173'
const serve = ['serve', '--data-dir', './data-dev', '--listen', '127.0.0.1:8080', '--classic-listen', '127.0.0.1:8081']
/** A save touches several files, some of them more than once. */
const SETTLE_MS = 100

const inherit = { stdio: 'inherit' }
let server
let isBuilding = false
let isStale = false

/** Ends when the process has, with its exit code. */
const ended = (child) => new Promise((done) => child.on('exit', done))

async function stop() {
  if (!server || server.exitCode !== null) return
  server.kill('SIGTERM')
  await ended(server)
}

/** Builds while the server before this one goes on, and puts the new one in its place. */
async function renew() {
  if (isBuilding) {
    isStale = true
    return
  }
  isBuilding = true
  do {
    isStale = false
    const begun = Date.now()
    const code = await ended(spawn('cargo', ['build', '--locked', '-p', 'yingku'], inherit))
    if (code === 0 && !isStale) {
      await stop()
      server = spawn('target/debug/yingku', serve, inherit)
      console.log(`dev: built in ${((Date.now() - begun) / 1000).toFixed(1)} s; the pages are at ${PAGES}`)
    }
  } while (isStale)
  isBuilding = false
}

let settling
watch('crates', { recursive: true }, (_, name) => {
  if (!name || !/\.(rs|toml)$/.test(name) || name.includes('/tests/')) return
  clearTimeout(settling)
  settling = setTimeout(() => void renew(), SETTLE_MS)
})

const vite = spawn('npx', ['vite', '--host', '127.0.0.1', '--port', '5173', '--strictPort'], { ...inherit, cwd: 'web' })
vite.on('exit', () => void end())
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end())

async function end() {
  vite.kill()
  await stop()
  process.exit(0)
}

void renew()
