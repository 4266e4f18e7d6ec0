import { api, ask, wordsOf, type Video } from '$lib/api'
import { forgetLists } from '$lib/state/videos.svelte'
import { toasts } from '$lib/ui/toasts.svelte'
import { t } from '$texts'
import { a } from './texts'

/** How many the server takes in one call. */
const AT_ONCE = 200

/** The numbers in as many calls as it takes. */
export async function inParts(ids: number[], call: (ids: number[]) => Promise<Video[]>): Promise<Video[]> {
  const all: Video[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE) all.push(...(await call(ids.slice(at, at + AT_ONCE))))
  return all
}

/** Moves videos to the trash and says so, with the way back. `restored` is called after that. */
export async function trash(ids: number[], restored: (videos: Video[]) => void): Promise<boolean> {
  try {
    await inParts(ids, async (ids) => (await ask(api.POST('/api/v1/videos/trash', { body: { ids } }))).items)
  } catch (error) {
    toasts.fail(wordsOf(error))
    return false
  }
  forgetLists()
  toasts.say(a.videos.trashed(ids.length), { label: t.common.undo, act: () => void restore(ids, restored) })
  return true
}

async function restore(ids: number[], restored: (videos: Video[]) => void) {
  try {
    const videos = await inParts(
      ids,
      async (ids) => (await ask(api.POST('/api/v1/videos/restore', { body: { ids } }))).items,
    )
    forgetLists()
    restored(videos)
    toasts.say(a.videos.restored(ids.length))
  } catch (error) {
    toasts.fail(wordsOf(error))
  }
}
