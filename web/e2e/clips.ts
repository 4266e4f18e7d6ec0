import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes the one clip that every test's files are made of, before the first of them. */
export default function makeClip() {
  const folder = mkdtempSync(join(tmpdir(), 'yingku-clips-'))
  const path = join(folder, 'clip.mp4')
  makeFilm(path, 4, ['-c:v', 'libx264', '-preset', 'veryfast'])
  process.env.YINGKU_CLIP = path
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Makes an MP4 of so many seconds, its picture coded by these options, its sound as AAC. */
function makeFilm(path: string, seconds: number, picture: string[]) {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440']
  const codecs = [...picture, '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart']
  const options = ['-nostdin', '-v', 'error', ...inputs, '-t', String(seconds), ...codecs]
  execFileSync('ffmpeg', [...options, path], { stdio: 'inherit' })
}

/** A film of so many seconds, its picture coded by these options of ffmpeg. */
export function film(seconds: number, picture: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'yingku-film-'))
  try {
    const path = join(folder, 'film.mp4')
    makeFilm(path, seconds, picture)
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Four seconds of H.264 and AAC, with content of its own: the library keeps no file twice. */
export function clip(paddingBytes = 16): Buffer {
  const path = process.env.YINGKU_CLIP
  if (!path) throw new Error('no clip was made')
  return Buffer.concat([readFileSync(path), freeBox(paddingBytes)])
}

/** What players skip. */
function freeBox(sizeBytes: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + sizeBytes, 0)
  head.write('free', 4, 'ascii')
  return Buffer.concat([head, randomBytes(sizeBytes)])
}
