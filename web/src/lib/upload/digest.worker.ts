import { blake3 } from '@noble/hashes/blake3.js'
import { md5 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'

export type Message = { fingerprint: string } | { hashedBytes: number } | { hash: string } | { failed: true }

const PIECE_BYTES = 4 << 20
/** Bytes taken at each of the fingerprint's four places. */
const SAMPLE_BYTES = 10

const say = (message: Message) => postMessage(message)
const read = async (file: File, from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer())

/** MD5 over ten bytes each at 0, size/3, 2·(size/3) and size−10. */
async function fingerprintOf(file: File): Promise<string> {
  const third = Math.floor(file.size / 3)
  const md = md5.create()
  for (const from of [0, third, 2 * third, Math.max(0, file.size - SAMPLE_BYTES)]) {
    md.update(await read(file, from, from + SAMPLE_BYTES))
  }
  return bytesToHex(md.digest())
}

async function hashOf(file: File): Promise<string> {
  const hasher = blake3.create()
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    hasher.update(await read(file, at, at + PIECE_BYTES))
    say({ hashedBytes: Math.min(at + PIECE_BYTES, file.size) })
  }
  return bytesToHex(hasher.digest())
}

addEventListener('message', async ({ data: file }: MessageEvent<File>) => {
  try {
    say({ fingerprint: await fingerprintOf(file) })
    say({ hash: await hashOf(file) })
  } catch {
    say({ failed: true })
  }
})
