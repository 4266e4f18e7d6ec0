import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes the one clip that every test's files are made of, before the first of them. */
export default function makeClip() {
  const folder = mkdtempSync(join(tmpdir(), 'yingku-clips-'))
  const path = join(folder, 'clip.mp4')
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25']
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440']
  const codecs = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  const options = ['-nostdin', '-v', 'error', ...picture, ...tone, '-t', '4', ...codecs, '-movflags', '+faststart']
  execFileSync('ffmpeg', [...options, path], { stdio: 'inherit' })
  process.env.YINGKU_CLIP = path
  return () => rmSync(folder, { recursive: true, force: true })
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
