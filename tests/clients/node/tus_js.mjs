// tus-js-client sends a file: node tus_js.mjs ENDPOINT TOKEN FILE whole|parallel|begin|resume
// `begin` stops by itself in the middle; `resume` goes on with what it has left.

import { createReadStream } from 'node:fs'
import * as tus from 'tus-js-client'

const [endpoint, token, path, way] = process.argv.slice(2)
const MIB = 1024 * 1024

const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: `tus-js ${way}.mp4`, is_free: '1' },
  // Parts and steps are retried by themselves; the line comes back at once.
  retryDelays: [0, 100, 500, 1000, 2000, 4000],
  ...(way === 'parallel' ? { parallelUploads: 3, chunkSize: 2 * MIB } : {}),
  ...(way === 'begin' || way === 'resume'
    ? { urlStorage: new tus.FileUrlStorage(`${path}.urls`), chunkSize: 2 * MIB }
    : {}),
  onError: (error) => {
    console.error(String(error))
    process.exit(1)
  },
  onChunkComplete: (_, accepted) => {
    if (way === 'begin' && accepted >= 4 * MIB) upload.abort().then(() => process.exit(0))
  },
  onSuccess: () => console.log(upload.url),
})

if (way === 'resume') {
  const [before] = await upload.findPreviousUploads()
  if (!before) throw new Error('nothing is left of the try before')
  upload.resumeFromPreviousUpload(before)
}
upload.start()
