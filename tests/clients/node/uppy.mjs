// Uppy with its tus plug-in sends a file: node uppy.mjs ENDPOINT TOKEN FILE

import { readFileSync } from 'node:fs'
import Uppy from '@uppy/core'
import Tus from '@uppy/tus'

const [endpoint, token, path] = process.argv.slice(2)

const uppy = new Uppy({ autoProceed: false })
uppy.use(Tus, {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  retryDelays: [0, 100, 500, 1000, 2000, 4000],
})
const data = readFileSync(path)
uppy.addFile({ name: 'uppy.mp4', type: 'video/mp4', data, meta: { is_free: '1' } })
const result = await uppy.upload()
for (const file of result.failed) console.error(String(file.error))
for (const file of result.successful) console.log(file.uploadURL)
process.exit(result.successful.length === 1 ? 0 : 1)
