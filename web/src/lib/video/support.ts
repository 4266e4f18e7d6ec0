/** What is encoded for playing: H.264 and AAC in fragments of MP4. */
const ENCODED = 'video/mp4; codecs="avc1.64001f,mp4a.40.2"'

/** Whether this browser plays what the server encodes: by Media Source Extensions, or HLS by itself. */
export function playsHere(): boolean {
  // iPhones have the managed kind alone.
  const known = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource }
  const sources = [known.ManagedMediaSource, known.MediaSource]
  if (sources.some((source) => source?.isTypeSupported(ENCODED))) return true
  return document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''
}
