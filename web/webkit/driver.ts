import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const PORT = 4_459
const DISPLAY = ':97'

/** WebKitGTK's small browser, steered by WebDriver (W3C), on a screen that nobody sees. */
export class WebKit {
  #processes: ChildProcess[] = []
  #session = ''

  async start() {
    const browser = miniBrowser()
    if (!browser || !existsSync('/usr/bin/WebKitWebDriver')) {
      throw new Error(
        'Debian: apt install webkit2gtk-driver xvfb gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav',
      )
    }
    this.#run('Xvfb', [DISPLAY, '-screen', '0', '1280x800x24'])
    this.#run('WebKitWebDriver', [`--port=${PORT}`])
    const options = { binary: browser, args: ['--automation'] }
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
    for (let tries = 0; ; tries += 1) {
      try {
        const { sessionId } = await send<{ sessionId: string }>('/session', { capabilities })
        this.#session = `/session/${sessionId}`
        return
      } catch (error) {
        if (tries === 50) throw error
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  }

  stop() {
    for (const process of this.#processes) process.kill('SIGKILL')
  }

  goto(url: string) {
    return send(`${this.#session}/url`, { url })
  }

  /** Runs the body of a function in the page. */
  run<T>(script: string, ...args: unknown[]): Promise<T> {
    return send(`${this.#session}/execute/sync`, { script, args })
  }

  #run(program: string, args: string[]) {
    // Off unless it is asked for: WebKitGTK leaves HLS to GStreamer.
    const asked = { DISPLAY, WEBKIT_GST_ENABLE_HLS_SUPPORT: '1' }
    // Root has no sandbox of its own.
    const root = process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}
    this.#processes.push(spawn(program, args, { env: { ...process.env, ...asked, ...root }, stdio: 'ignore' }))
  }
}

/** Debian has it beside the library, below the name of the machine's kind. */
function miniBrowser(): string | undefined {
  const below = (folder: string) => readdirSync(folder).map((name) => join(folder, name))
  const libraries = below('/usr/lib')
    .filter((path) => path.endsWith('-linux-gnu'))
    .flatMap(below)
  const folders = libraries.filter((path) => path.includes('/webkit2gtk-4.'))
  return folders.map((folder) => join(folder, 'MiniBrowser')).find(existsSync)
}

async function send<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method: 'POST', body: JSON.stringify(body) })
  const { value } = (await answer.json()) as { value: T }
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`)
  return value
}
