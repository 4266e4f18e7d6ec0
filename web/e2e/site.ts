import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { components } from '../src/lib/api/schema'
import { clip } from './clips'

type Schemas = components['schemas']
export type Account = Schemas['Account']
export type Video = Schemas['Video']

export const PASSWORD = 'a long enough password'

/** Somebody with a login, who speaks the API. */
export class Caller {
  constructor(
    readonly url: string,
    readonly name: string,
    readonly token: string,
    readonly account: Account,
  ) {}

  get id() {
    return this.account.id
  }

  get = <T>(path: string) => this.send<T>('GET', path)
  post = <T>(path: string, body?: unknown) => this.send<T>('POST', path, body)
  put = <T>(path: string, body?: unknown) => this.send<T>('PUT', path, body)
  patch = <T>(path: string, body?: unknown) => this.send<T>('PATCH', path, body)
  delete = <T>(path: string) => this.send<T>('DELETE', path)

  /** Asks for `/api/v1` + path; anything but success is an error. */
  send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${this.token}`, 'idempotency-key': randomBytes(16).toString('hex') }
    return call<T>(this.url, method, path, body, headers)
  }

  set(key: string, value: string | number) {
    return this.put(`/settings/${key}`, { value: String(value) })
  }

  /** Uploads the clip, or the given bytes. */
  upload(title: string, facts: Record<string, string | number | boolean> = {}, bytes: Buffer = clip()): Promise<Video> {
    const query = new URLSearchParams({ file_name: `${title}.mp4`, title })
    for (const [name, value] of Object.entries({ is_free: true, ...facts })) query.set(name, String(value))
    return this.post(`/videos?${query}`, bytes)
  }

  credit(account: Caller, amountMinor: number, reason = 'Cash at the desk') {
    return this.post(`/accounts/${account.id}/credits`, { amount_minor: amountMinor, reason })
  }

  announce(title: string, content: string) {
    return this.post<Schemas['Announcement']>('/announcements', { title, content })
  }

  /** Buys a plan at its price of now. */
  async join(code = 'month') {
    const plans = await this.get<{ items: Schemas['Plan'][] }>('/plans')
    const plan = plans.items.find((plan) => plan.code === code)
    return this.post('/membership/purchases', { plan: code, expected_price_minor: plan?.price_minor })
  }

  async buy(video: Video) {
    const { your_price_minor } = await this.get<Video>(`/videos/${video.id}`)
    return this.post(`/videos/${video.id}/purchases`, { expected_price_minor: your_price_minor })
  }
}

async function call<T>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const isFile = Buffer.isBuffer(body)
  const type = isFile ? 'application/octet-stream' : 'application/json'
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { 'accept-language': 'en', ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    body: body === undefined ? undefined : isFile ? new Uint8Array(body) : JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}

/** A server of its own: the real binary on a free port, with an empty data folder. */
export class Site {
  url = ''
  setupCode = ''
  /** The first admin, where the site has one. */
  admin!: Caller
  readonly dataDir = mkdtempSync(join(tmpdir(), 'yingku-e2e-'))
  #server?: ChildProcess
  /** What the server wrote to stderr. */
  output = ''

  /** Starts it; with an admin, nobody waits for downloads. */
  async start(hasAdmin: boolean) {
    if (hasAdmin)
      this.run(['admin', 'create', 'admin', '--password-stdin', '--data-dir', this.dataDir], `${PASSWORD}\n`)
    await this.#serve()
    if (!hasAdmin) return
    this.admin = await this.logIn('admin')
    await this.wait(0)
    // Most stories are not about films.
    await this.admin.set('upload.allow_unknown', 'true')
  }

  /** Runs the binary's command line to its end. */
  run(args: string[], input = ''): string {
    return execFileSync(binary(), args, { input, env: environment(), encoding: 'utf8' })
  }

  async logIn(name: string, password = PASSWORD): Promise<Caller> {
    const login = await call<Schemas['LoggedIn']>(this.url, 'POST', '/sessions', { name, password })
    return new Caller(this.url, name, login.token ?? '', login.account)
  }

  /** A viewer, with money where that is wanted. */
  async account(name: string, balanceMinor = 0): Promise<Caller> {
    await call(this.url, 'POST', '/accounts', { name, password: PASSWORD })
    const caller = await this.logIn(name)
    if (balanceMinor > 0) await this.admin.credit(caller, balanceMinor)
    return caller
  }

  /** How long accounts without a membership wait. */
  async wait(seconds: number) {
    await this.admin.set('download.wait_free_seconds', seconds)
    await this.admin.set('download.wait_paid_seconds', seconds)
  }

  async stop() {
    const server = this.#server
    if (server && server.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL')
      await once(server, 'exit')
    }
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  async #serve() {
    const serve = [
      'serve',
      '--data-dir',
      this.dataDir,
      '--listen',
      '127.0.0.1:0',
      '--classic-listen',
      'off',
      '--lang',
      'en',
    ]
    // The kernel ends it when the test's own process ends without a word.
    const server = spawn('setpriv', ['--pdeathsig', 'KILL', binary(), ...serve], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#server = server
    server.stderr.on('data', (bytes: Buffer) => (this.output += bytes.toString()))
    for await (const line of createInterface({ input: server.stdout })) {
      this.setupCode ||= /^Setup code.*: (\S+)$/.exec(line)?.[1] ?? ''
      this.url = /^ready http=(\S+)/.exec(line)?.[1] ?? ''
      if (this.url) break
    }
    server.stdout.resume()
    const answer = this.url ? await fetch(`${this.url}/readyz`) : null
    if (!answer?.ok) throw new Error(`the server is not ready: ${this.output}`)
  }
}

function binary(): string {
  const path = resolve(process.env.YINGKU_BIN ?? '../target/debug/yingku')
  if (!existsSync(path)) throw new Error(`${path} is missing: cargo build -p yingku`)
  return path
}

/** Nothing of whoever runs the tests changes what the server does. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('YINGKU_'))
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8' }
}
