import { api, ask } from '$lib/api'

/** A small frame of a film: what it shows from when on, and where it lies in which picture. */
export interface Preview {
  /** In seconds. */
  start: number
  path: string
  x: number
  y: number
  width: number
  height: number
}

const CUE = /^([\d:.]+) --> [\d:.]+\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm

/** Reads an index of small frames: WebVTT whose texts are addresses with a place. */
export function parse(text: string): Preview[] {
  return [...text.matchAll(CUE)].map(([, time = '', path = '', ...place]) => {
    const [x = 0, y = 0, width = 0, height = 0] = place.map(Number)
    const start = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
    return { start, path, x, y, width, height }
  })
}

/** The small frames of a video; none where there are none. */
export async function load(id: number): Promise<Preview[]> {
  const options = { params: { path: { id } }, parseAs: 'text' as const }
  return parse(await ask(api.GET('/api/v1/videos/{id}/previews', options)).catch(() => ''))
}

/** The one that shows that second. */
export function previewAt(previews: Preview[], second: number): Preview | undefined {
  return previews.findLast(({ start }) => start <= second) ?? previews[0]
}
