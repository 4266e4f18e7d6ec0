import { router } from '$lib/router.svelte'

/** Whether an address is the page that is shown, or one above it. */
export function isHere(href: string): 'page' | undefined {
  const path = router.path
  if (href === '/') return path === '/' || path.startsWith('/videos') ? 'page' : undefined
  return path === href || path.startsWith(`${href}/`) ? 'page' : undefined
}
