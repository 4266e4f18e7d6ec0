/** The beginning of an announcement in one line, without its marks. */
export function beginning(html: string, longest: number): string {
  const text = new DOMParser().parseFromString(html, 'text/html').body.textContent.replace(/\s+/g, ' ').trim()
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
