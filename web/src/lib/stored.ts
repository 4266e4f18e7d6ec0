/** What the browser keeps for this reader. Storage may be forbidden: then nothing is kept. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(`yingku.${key}`)
  } catch {
    return null
  }
}

export function keep(key: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(`yingku.${key}`)
    else localStorage.setItem(`yingku.${key}`, value)
  } catch {
    // It holds until the page is left.
  }
}
