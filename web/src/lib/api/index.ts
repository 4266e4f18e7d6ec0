import { language, t } from '$texts'
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

type Schemas = components['schemas']
export type Account = Schemas['Account']
export type Announcement = Schemas['Announcement']
export type AnnouncementRevision = Schemas['AnnouncementRevision']
export type AuditEntry = Schemas['AuditEntry']
export type Comment = Schemas['Comment']
export type Danmaku = Schemas['Danmaku']
export type Reviewed = Schemas['Reviewed']
export type DownloadRecord = Schemas['DownloadRecord']
export type Invite = Schemas['Invite']
export type Job = Schemas['Job']
export type JobState = Schemas['JobState']
export type Membership = Schemas['Membership']
export type OpenUpload = Schemas['ResumableUpload']
export type Poster = Schemas['Poster']
export type OwnedVideo = Schemas['OwnedVideo']
export type Plan = Schemas['Plan']
export type ReversalPreview = Schemas['ReversalPreview']
export type ResetCode = Schemas['ResetCode']
export type Role = Schemas['Role']
export type Session = Schemas['Session']
export type Setting = Schemas['Setting']
export type Subtitle = Schemas['Subtitle']
export type Throttle = Schemas['Throttle']
export type Ticket = Schemas['Ticket']
export type TimelineItem = Schemas['TimelineItem']
export type Video = Schemas['Video']
export type Wallet = Schemas['Wallet']
export type WalletEntry = Schemas['WalletEntry']
export type FrontShelf = Schemas['FrontShelf']
export type Related = Schemas['Related']
export type SavedVideo = Schemas['SavedVideo']
export type Labels = Schemas['Labels']
export type Site = Schemas['Site']
export type WatchedVideo = Schemas['WatchedVideo']
export type Worker = Schemas['Worker']

export const api = createClient<paths>({ baseUrl: location.origin })

api.use({
  onRequest({ request }) {
    request.headers.set('accept-language', language.current)
  },
})

/** Why a call came to nothing: a refusal of the server, or no answer at all. */
export class Failure extends Error {
  constructor(
    /** The stable code, or `unreachable`. */
    readonly code: string,
    readonly status: number,
    message: string,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(message)
  }

  get isUnreachable() {
    return this.code === 'unreachable'
  }

  number(fact: string): number {
    const value = this.facts[fact]
    return typeof value === 'number' ? value : 0
  }
}

interface Answer<D> {
  data?: D
  error?: unknown
  response: Response
}

/** Called when a login turns out to have ended. */
let onSessionEnd: () => void = () => {}
export const whenSessionEnds = (act: () => void) => void (onSessionEnd = act)

/** The answer's data, or a `Failure` with words for a person. */
export async function ask<D>(call: Promise<Answer<D>>): Promise<D> {
  let answer: Answer<D>
  try {
    answer = await call
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
  if (answer.response.ok) return answer.data as D
  const failure = refusal(answer.response.status, answer.error)
  if (failure.code === 'session_ended' || failure.code === 'login_required') onSessionEnd()
  throw failure
}

/** Whether no answer came at all: it may be asked again. */
export const isUnreachable = (error: unknown) => error instanceof Failure && error.isUnreachable

export const unreachable = () => new Failure('unreachable', 0, t.failure.unreachable)

export function refusal(status: number, body: unknown): Failure {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const code = typeof problem.code === 'string' ? problem.code : 'internal'
  const detail = typeof problem.detail === 'string' ? problem.detail : t.failure.unreadable(status)
  return new Failure(code, status, detail, problem)
}

/** Any error in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Failure ? error.message : t.failure.unexpected
}

/** A key for a call that moves money: the same key never pays twice. */
export function moneyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
