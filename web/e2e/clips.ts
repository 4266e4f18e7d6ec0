import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** Makes a film of so many seconds, its picture coded by these options, its sound as AAC. */
function makeFilm(path: string, seconds: number, picture: string[]) {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440']
  const head = path.endsWith('.mp4') ? ['-movflags', '+faststart'] : []
  const codecs = [...picture, '-pix_fmt', 'yuv420p', '-c:a', 'aac', ...head]
  const options = ['-nostdin', '-v', 'error', ...inputs, '-t', String(seconds), ...codecs]
  execFileSync('ffmpeg', [...options, path], { stdio: 'inherit' })
}

/** A film of so many seconds, its picture coded by these options of ffmpeg. */
export function film(seconds: number, picture: string[], container: 'mp4' | 'mkv' = 'mp4'): Buffer {
  return made((path) => makeFilm(path, seconds, picture), container)
}

/** The same film on its side, to be turned by whoever plays it, as telephones write it. */
export function onItsSide(film: Buffer): Buffer {
  return made((path) => {
    const upright = `${path}.upright.mp4`
    writeFileSync(upright, film)
    const options = ['-nostdin', '-v', 'error', '-i', upright, '-c', 'copy', '-metadata:s:v', 'rotate=90']
    execFileSync('ffmpeg', [...options, path], { stdio: 'inherit' })
  })
}

/** The same film, a tenth of its bytes from the middle on made unreadable. */
export function damaged(film: Buffer): Buffer {
  const broken = Buffer.from(film)
  const from = Math.floor(film.length / 2)
  for (let at = from; at < from + film.length / 10; at += 1) broken[at] = (at * 31) % 251
  return broken
}

/** What is written to a path. */
function made(write: (path: string) => void, container = 'mp4'): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'yingku-film-'))
  try {
    const path = join(folder, `film.${container}`)
    write(path)
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
