import type Hls from 'hls.js'
import type { ErrorData, Level } from 'hls.js'
import { leaveStream, streamLeft } from './stream'

/** Why a film cannot go on: its address no longer holds, the account watches too much, or else. */
export type Ending = 'ended' | 'busy' | 'broken'

/** A size in which a film can be watched. */
export interface Quality {
  /** Its number among all of them, the smallest first. */
  number: number
  /** Lines of the picture as they are counted in names: 720 for 720p. */
  lines: number
  /** How much of it is encoded, of a hundred. */
  percent: number
}

/** Subtitles that a film has. */
export interface Text {
  /** Their number among all of them. */
  number: number
  /** BCP 47. */
  language: string
  name: string
}

interface Listeners {
  onfail: (why: Ending) => void
  /** The sizes are known; none where the browser plays by itself. */
  onqualities: (qualities: Quality[]) => void
  /** Another size is shown. */
  onshown: (number: number) => void
  /** The subtitles are known. */
  ontexts: (texts: Text[]) => void
  /** The cues of the chosen subtitles. */
  oncues: (cues: VTTCue[]) => void
}

/** What feeds a film to its element. */
export interface Engine {
  /** Shows that size from the next segment on; `null`: whichever the line is fast enough for. */
  choose(number: number | null): void
  /** Loads these subtitles; `null`: none. */
  chooseText(number: number | null): void
  stop(): void
}

const GONE = 410
const TOO_MANY = 429

// A segment may be in the making when it is asked for: the server holds the request, or asks
// to come again.
const PATIENCE = {
  default: {
    maxTimeToFirstByteMs: 120_000,
    maxLoadTimeMs: 180_000,
    timeoutRetry: { maxNumRetry: 6, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 60, retryDelayMs: 1_000, maxRetryDelayMs: 2_000, backoff: 'linear' as const },
  },
}

/** What the server adds to a size that is not encoded as a whole. */
const PERCENT = 'YINGKU-PERCENT'

/** Sizes by their lines: a film that stands upright is named by its width. */
export function qualitiesOf(levels: Pick<Level, 'width' | 'height' | 'attrs'>[]): Quality[] {
  return levels
    .map(({ width, height, attrs }, number) => ({
      number,
      lines: Math.min(width, height),
      percent: attrs[PERCENT] === undefined ? 100 : Number(attrs[PERCENT]),
    }))
    .filter(({ lines }) => lines > 0)
}

/** Plays the playlist at `source` from that second on: by hls.js, or by the browser itself where that cannot run. */
export function start(element: HTMLVideoElement, source: string, at: number, listeners: Listeners): Engine {
  let hls: Hls | undefined
  let wanted: number | null = null
  let wantedText: number | null = null
  /** Cues by the number of their subtitles: each is loaded once. */
  const cues = new Map<number, VTTCue[]>()
  let isOver = false
  void Promise.all([import('hls.js'), streamLeft()]).then(
    ([{ default: Library }]) => play(Library),
    () => isOver || listeners.onfail('broken'),
  )

  function play(Library: typeof Hls) {
    if (isOver) return
    if (!Library.isSupported()) {
      element.src = source
      element.onloadedmetadata = () => {
        element.currentTime = at
        listeners.ontexts(
          nativeTexts(element).map(({ language, label }, number) => ({ number, language, name: label })),
        )
        chooseText(wantedText)
      }
      element.onerror = () => listeners.onfail('broken')
      return
    }
    hls = feed(Library, element, source, at, {
      ...listeners,
      oncues: (found) => wantedText !== null && keepCues(wantedText, found),
    })
    choose(wanted)
    chooseText(wantedText)
  }

  const leave = () => leaveStream(source)
  addEventListener('pagehide', leave)

  function choose(number: number | null) {
    wanted = number
    if (hls) hls.nextLevel = number ?? -1
  }

  function chooseText(number: number | null) {
    wantedText = number
    if (hls) hls.subtitleTrack = number ?? -1
    else {
      nativeTexts(element).forEach((track, place) => {
        track.mode = place === number ? 'hidden' : 'disabled'
        track.oncuechange = () => keepCues(place, [...(track.cues ?? [])] as VTTCue[])
      })
    }
    listeners.oncues((number !== null && cues.get(number)) || [])
  }

  function keepCues(number: number, found: VTTCue[]) {
    cues.set(number, found)
    if (number === wantedText) listeners.oncues(found)
  }

  return {
    choose,
    chooseText,
    stop() {
      isOver = true
      removeEventListener('pagehide', leave)
      hls?.destroy()
      leave()
    },
  }
}

/** The subtitles that the browser itself has found. */
const nativeTexts = (element: HTMLVideoElement) =>
  [...element.textTracks].filter(({ kind }) => kind === 'subtitles' || kind === 'captions')

function feed(Library: typeof Hls, element: HTMLVideoElement, source: string, at: number, listeners: Listeners): Hls {
  // The policy of these pages allows no script but the site's own, and fragments of MP4 need
  // no rewriting.
  const hls = new Library({
    enableWorker: false,
    fragLoadPolicy: PATIENCE,
    // A minute ahead and a minute behind: more is fetched for nothing when somebody leaves.
    maxMaxBufferLength: 60,
    backBufferLength: 60,
    startPosition: at,
    // They are drawn by the page: what the browser draws needs an address that the policy forbids.
    renderTextTracksNatively: false,
  })
  hls.on(Library.Events.MANIFEST_PARSED, (_, { levels }) => listeners.onqualities(qualitiesOf(levels)))
  hls.on(Library.Events.LEVEL_SWITCHED, (_, { level }) => listeners.onshown(level))
  hls.on(Library.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) => {
    const texts = subtitleTracks.map(({ lang, name }, number) => ({ number, language: lang ?? 'und', name }))
    // It chooses by itself right after this event.
    queueMicrotask(() => listeners.ontexts(texts))
  })
  hls.on(Library.Events.CUES_PARSED, (_, { cues }) => listeners.oncues(cues as VTTCue[]))
  let hasRecovered = false
  hls.on(Library.Events.ERROR, (_, { fatal, type, response }: ErrorData) => {
    // Neither gets better, however often it is tried.
    const isRefused = response?.code === GONE || response?.code === TOO_MANY
    if (!fatal && !isRefused) return
    if (!isRefused && type === Library.ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true
      hls.recoverMediaError()
      return
    }
    hls.destroy()
    listeners.onfail(response?.code === GONE ? 'ended' : response?.code === TOO_MANY ? 'busy' : 'broken')
  })
  // It waits for what is not encoded yet, as others may not.
  hls.loadSource(`${source}?partial=1`)
  hls.attachMedia(element)
  return hls
}
