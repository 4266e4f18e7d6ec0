import { api, ask } from '$lib/api'
import { SvelteMap } from 'svelte/reactivity'

/** What the numbers in an address are called. Until a name has come, the number stands for it. */
const names = new SvelteMap<string, string>()
const asked = new Set<string>()

function nameOf(key: string, id: number, fetch: () => Promise<string>): string {
  if (!asked.has(key)) {
    asked.add(key)
    fetch().then(
      (name) => names.set(key, name),
      // Asked anew when it is looked at again.
      () => asked.delete(key),
    )
  }
  return names.get(key) ?? `#${id}`
}

export const accountName = (id: number) =>
  nameOf(
    `account/${id}`,
    id,
    async () => (await ask(api.GET('/api/v1/accounts/{id}', { params: { path: { id } } }))).name,
  )

export const videoTitle = (id: number) =>
  nameOf(`video/${id}`, id, async () => (await ask(api.GET('/api/v1/videos/{id}', { params: { path: { id } } }))).title)
