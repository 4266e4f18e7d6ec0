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

/** Sky, horizon, sun, hills far and near. */
const PALETTES = [
  ['0x1d2b53', '0xf2a65a', '0xfff1c9', '0x5b4b7a', '0x1c1a2e'],
  ['0x3b6f8f', '0xd8e6dc', '0xffffff', '0x6f9aa3', '0x24434f'],
  ['0x14101f', '0x6a2f5b', '0xf4d9b0', '0x4a2a55', '0x0d0b14'],
  ['0x8fb8c9', '0xf6e7cb', '0xfffaf0', '0x9fae8c', '0x47604d'],
  ['0x0b1f33', '0x2f6f73', '0xdff3e4', '0x1f5560', '0x0a1a24'],
  ['0x7a2e2e', '0xf0c27b', '0xfff0d0', '0x8c4a3c', '0x2d1a1c'],
]

/** A film to look at, another one for each number: a sun over two lines of hills, for six seconds. */
export function landscape(number: number): Buffer {
  const [sky, horizon, sun, far, near] = PALETTES[number % PALETTES.length] ?? []
  const seed = 1 + number * 0.83
  const sines = (base: number, ...waves: [height: number, length: number, turns: number][]) =>
    [base, ...waves.map(([height, length, turns]) => `${height}*sin(X/${length}+${seed * turns})`)].join('+')
  // One picture each, repeated: what is drawn dot by dot is slow.
  const shape = (color = '', size: string, inside: string) =>
    `color=${color}:s=${size}:r=5:d=0.1,format=rgba,` +
    `geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*clip(${inside},0,1)',loop=loop=-1:size=1:start=0`
  const layers = [
    `gradients=s=1280x720:r=5:x0=640:y0=0:x1=640:y1=560:nb_colors=2:c0=${sky}:c1=${horizon}:speed=0.00001`,
    shape(sun, '180x180', '89-hypot(X-90,Y-90)'),
    shape(far, '1280x360', `Y-(${sines(110, [60, 190, 1], [24, 67, 2])})`),
    shape(near, '1280x280', `Y-(${sines(120, [46, 260, 3], [16, 53, 1])})`),
    'sine=frequency=220',
  ]
  const move = `[0][1]overlay=x='660+300*sin(${seed})-6*t':y='180+60*cos(${seed})+4*t'[a];[a][2]overlay=y=360[b];[b][3]overlay=y=440[v]`
  const codecs = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '5', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  return made((path) => {
    const inputs = layers.flatMap((layer) => ['-f', 'lavfi', '-i', layer])
    const outputs = ['-map', '[v]', '-map', '4:a', '-t', '6', ...codecs, '-movflags', '+faststart', path]
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...inputs, '-filter_complex', move, ...outputs])
  })
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
