import { session } from '$lib/state/session.svelte'
import { keep, kept } from '$lib/stored'

/** An upload that was begun: its name on the server, and what was sent about the file then. */
export interface Begun {
  id: string
  facts: string
}

/** More are not remembered: the server lets nobody have many more open. */
const MOST = 500

/** The same text for the same file picked again. */
export const nameOf = (file: File) => `${file.name}/${file.size}/${file.lastModified}`

const key = () => `uploads.${session.account?.id ?? ''}`

function all(): Record<string, Begun> {
  try {
    return JSON.parse(kept(key()) ?? '{}') as Record<string, Begun>
  } catch {
    return {}
  }
}

/** The file that an upload was begun with here, by `nameOf`; nothing where that was elsewhere. */
export function fileOf(id: string): string | undefined {
  return Object.entries(all()).find(([, begun]) => begun.id === id)?.[0]
}

/** What was sent about a file when its upload was begun. */
export function factsOf(file: File): string | undefined {
  return all()[nameOf(file)]?.facts
}

export const recall = (file: File): Begun | undefined => all()[nameOf(file)]

export function remember(file: File, begun: Begun) {
  const { [nameOf(file)]: _, ...others } = all()
  const entries = Object.entries(others).slice(1 - MOST)
  keep(key(), JSON.stringify({ ...Object.fromEntries(entries), [nameOf(file)]: begun }))
}

export function forget(file: File) {
  const { [nameOf(file)]: _, ...others } = all()
  keep(key(), Object.keys(others).length > 0 ? JSON.stringify(others) : null)
}
