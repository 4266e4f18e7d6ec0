import { refusal, unreachable, type Failure } from '$lib/api'
import { language } from '$texts'
import { DetailedError, Upload as Tus, type HttpResponse } from 'tus-js-client'

const ENDPOINT = '/api/v1/uploads'
/** A request none of whose bytes is taken so long is dead. */
const STALLED_MS = 120_000
/** The answer to the last byte may take so long: the server looks at the film. */
const ANSWERED_MS = 300_000

/** One try at sending a file. */
export interface Try {
  file: File
  /** The upload that goes on; a new one is begun where there is none. */
  id: string | null
  requestBytes: number
  metadata: Record<string, string>
  signal: AbortSignal
  onbegun: (id: string) => void
  /** That many bytes are on the server's disk. */
  onsaved: (bytes: number) => void
  onsent: (bytes: number) => void
}

/** What became of an upload that is whole. */
export interface Outcome {
  /** `done`, or the code of a refusal. */
  code: string
  videoId: number
}

/** Sends what is missing. Fails with a `Failure` when the server refuses or the line breaks. */
export function send({ file, id, requestBytes, metadata, signal, onbegun, onsaved, onsent }: Try): Promise<Outcome> {
  const patience = new Patience()
  const sent = new Promise<Outcome>((resolve, reject) => {
    const tus = new Tus(file, {
      endpoint: id ? undefined : ENDPOINT,
      uploadUrl: id ? `${ENDPOINT}/${id}` : undefined,
      metadata,
      chunkSize: requestBytes,
      headers: { 'accept-language': language.current },
      // Whoever calls this decides about another try.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onBeforeRequest() {
        signal.throwIfAborted()
        patience.renew(STALLED_MS)
      },
      onUploadUrlAvailable() {
        // The server may go by another address than the one that this page came from.
        tus.url = new URL(tus.url ?? '', location.href).pathname
        onbegun(tus.url.slice(ENDPOINT.length + 1))
        if (signal.aborted) void tus.abort()
      },
      onAfterResponse(_, answer) {
        const offset = answer.getHeader('upload-offset')
        if (offset) onsaved(Number(offset))
      },
      onProgress(bytes) {
        patience.renew(bytes < file.size ? STALLED_MS : ANSWERED_MS)
        if (!signal.aborted) onsent(bytes)
      },
      onSuccess: ({ lastResponse }) => resolve(outcomeOf(lastResponse)),
      onError: (error) => reject(failureOf(error)),
    })
    patience.onend = () => {
      void tus.abort()
      reject(unreachable())
    }
    signal.addEventListener('abort', () => {
      // One that is just being begun is waited for: its name is needed to end it.
      if (tus.url) void tus.abort()
      reject(signal.reason)
    })
    tus.start()
  })
  return sent.finally(() => patience.end())
}

/** Runs out unless it is renewed. */
class Patience {
  onend = () => {}
  #timer: ReturnType<typeof setTimeout> | undefined

  renew(ms: number) {
    this.end()
    this.#timer = setTimeout(() => this.onend(), ms)
  }

  end() {
    clearTimeout(this.#timer)
  }
}

function outcomeOf(answer: HttpResponse): Outcome {
  return { code: answer.getHeader('yingku-outcome') ?? '', videoId: Number(answer.getHeader('yingku-video-id')) }
}

function failureOf(error: Error): Failure {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  if (!answer) return unreachable()
  try {
    return refusal(answer.getStatus(), JSON.parse(answer.getBody()))
  } catch {
    // A proxy answers in its own words, a HEAD with none.
    return refusal(answer.getStatus(), null)
  }
}
