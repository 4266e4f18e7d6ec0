/** Taking files and folders that were dropped or chosen. */
export interface Taken {
  files: File[]
  /** How many of a folder's files were left out because they are no videos. */
  skipped: number
}

const VIDEO_NAME = /\.(mp4|m4v|mov|mkv|webm|avi|flv|f4v|rm|rmvb|ts|m2ts|mts|wmv|asf|mpe?g|vob|ogv|3gp)$/i

export const isVideo = (file: File) => file.type.startsWith('video/') || VIDEO_NAME.test(file.name)

/** As people count: part 2 comes before part 10. */
const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** What was dropped, folders with all that is in them. */
export async function takeDropped(data: DataTransfer): Promise<Taken> {
  // The entries are there only until the event is over, hence all at once.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return takeFiles(data.files)
  entries.sort((one, other) => natural.compare(one.name, other.name))
  const taken: Taken = { files: [], skipped: 0 }
  for (const entry of entries) await walk(entry, taken, false)
  return taken
}

/** What was chosen one by one: all of it, of whatever kind. */
export function takeFiles(list: Iterable<File>): Taken {
  return { files: [...list].sort((one, other) => natural.compare(one.name, other.name)), skipped: 0 }
}

/** What was chosen in a folder. */
export function takeFolder(list: Iterable<File>): Taken {
  const all = [...list].filter((file) => !file.name.startsWith('.'))
  const files = all
    .filter(isVideo)
    .sort((one, other) => natural.compare(one.webkitRelativePath, other.webkitRelativePath))
  return { files, skipped: all.length - files.length }
}

async function walk(entry: FileSystemEntry, taken: Taken, isInside: boolean): Promise<void> {
  if (entry.name.startsWith('.')) return
  if (entry.isDirectory) {
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await walk(child, taken, true)
    return
  }
  const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
  if (isInside && !isVideo(file)) taken.skipped += 1
  else taken.files.push(file)
}

/** A browser hands over at most a hundred at a time. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all.sort((one, other) => natural.compare(one.name, other.name))
    all.push(...some)
  }
}
