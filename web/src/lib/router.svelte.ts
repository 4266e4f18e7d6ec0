import { whenSessionEnds } from '$lib/api'
import type { Component } from 'svelte'
import { flushSync, tick } from 'svelte'
import { session } from '$lib/state/session.svelte'
import Outdated from '../pages/Outdated.svelte'
import { routes, type Route } from '../routes'

/** A page's address, as it was typed or followed. */
class RouterState {
  path = $state(location.pathname)
  query = $state.raw(new URLSearchParams(location.search))
  params = $state.raw<Record<string, string>>({})
  page = $state.raw<Component | null>(null)
  isLoading = $state(false)
  /** Raised with every page that is entered, so that the same page of another thing is new. */
  visit = $state(0)

  get address() {
    const query = this.query.toString()
    return this.path + (query ? `?${query}` : '')
  }
}

export const router = new RouterState()

interface Going {
  replace?: boolean
  /** The reader goes on typing: focus and scroll stay where they are. */
  quiet?: boolean
}

let going = 0

/** Goes to an address of this site. */
export async function go(address: string, { replace = false, quiet = false }: Going = {}) {
  const url = new URL(address, location.origin)
  if (url.pathname + url.search === location.pathname + location.search && !replace) {
    window.scrollTo(0, 0)
    return
  }
  rememberScroll()
  if (replace) history.replaceState({ scroll: quiet ? window.scrollY : 0 }, '', url)
  else history.pushState({ scroll: 0 }, '', url)
  await show(url, { quiet, scroll: 0 })
}

/** Changes the query of the page that is shown; the page itself stays. */
export function setQuery(changes: Record<string, string | null>, replace = true) {
  const url = new URL(location.href)
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value)
    else url.searchParams.delete(name)
  }
  if (url.search === location.search) return
  if (replace) history.replaceState({ scroll: 0 }, '', url)
  else history.pushState({ scroll: 0 }, '', url)
  router.query = url.searchParams
}

/** Begins to fetch the page of this address while other things are asked. */
export const preload = () =>
  void match(location.pathname)[0]
    .page()
    .catch(() => {})

export async function startRouter() {
  history.scrollRestoration = 'manual'
  addEventListener('popstate', (event) => {
    const scroll = (event.state as { scroll?: number } | null)?.scroll ?? 0
    void show(new URL(location.href), { scroll })
  })
  addEventListener('pagehide', rememberScroll)
  document.addEventListener('click', follow)
  whenSessionEnds(() => {
    session.forget()
    // Where the page is for people with an account, this leads to the login and back.
    void show(new URL(location.href), { scroll: window.scrollY, quiet: true })
  })
  await show(new URL(location.href), { scroll: 0, isFirst: true })
}

function rememberScroll() {
  history.replaceState({ scroll: window.scrollY }, '')
}

/** Links of this site lead to pages without loading the document anew. */
function follow(event: MouseEvent) {
  const link = (event.target as Element).closest?.('a')
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
  if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return
  const url = new URL(link.href, location.href)
  const leaves = url.origin !== location.origin || /^\/(api|d)\//.test(url.pathname)
  const isAnchor = url.hash !== '' && url.pathname + url.search === location.pathname + location.search
  if (leaves || isAnchor) return
  event.preventDefault()
  void go(url.pathname + url.search)
}

interface Showing {
  scroll: number
  quiet?: boolean
  isFirst?: boolean
}

async function show(url: URL, { scroll, quiet = false, isFirst = false }: Showing) {
  const mine = ++going
  const [route, params] = match(url.pathname)
  const elsewhere = redirect(route, url)
  if (elsewhere) return go(elsewhere, { replace: true })
  router.isLoading = true
  const page = await load(isHidden(route) ? nothing() : route)
  if (mine !== going) return
  router.isLoading = false
  const isSamePage = page === router.page && url.pathname === router.path
  const change = () => {
    router.path = url.pathname
    router.query = url.searchParams
    router.params = params
    router.page = page
    if (!isSamePage) router.visit += 1
  }
  if (isFirst || isSamePage || quiet) change()
  else await crossFade(change)
  if (quiet) return
  await tick()
  window.scrollTo(0, scroll)
  if (!isFirst && !isSamePage) focusHeading()
}

async function load(route: Route): Promise<Component> {
  try {
    return (await route.page()).default
  } catch {
    return Outdated
  }
}

function match(path: string): [Route, Record<string, string>] {
  for (const route of routes) {
    const found = route.pattern.exec(path)
    if (found) return [route, { ...found.groups }]
  }
  throw new Error('the last route takes every path')
}

/** Only admins learn that there are pages for admins. */
const isHidden = (route: Route) => route.who === 'admin' && !session.isAdmin

const nothing = () => match('/-/nothing')[0]

/** Where somebody is sent who may not see a page. */
function redirect(route: Route, url: URL): string | null {
  if (session.site.needs_setup) return route.who === 'setup' ? null : '/setup'
  const next = encodeURIComponent(url.pathname + url.search)
  const login = `/login?next=${next}`
  switch (route.who) {
    case 'visitor':
      return session.mayBrowse ? null : login
    case 'account':
    case 'admin':
      return session.account ? null : login
    case 'setup':
      return session.isAdmin && url.searchParams.has('step') ? null : '/'
    case 'guest':
      return session.account ? afterLogin(url.searchParams) : null
    default:
      return null
  }
}

/** Where to go after logging in: only ever an address of this site. */
export function afterLogin(query: URLSearchParams): string {
  const next = query.get('next') ?? '/'
  const url = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null
  return url?.origin === location.origin ? url.pathname + url.search : '/'
}

async function crossFade(change: () => void) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  if (calm || !document.startViewTransition) return change()
  // The new page is put together inside the transition, so that it fades in whole.
  const { ready, updateCallbackDone } = document.startViewTransition(() => flushSync(change))
  // Where the window is hidden or the machine is busy the browser gives the fading up; the page is there all the same.
  ready.catch(() => {})
  await updateCallbackDone
}

/** A reader of the screen hears where they are. */
function focusHeading() {
  const heading = document.querySelector<HTMLElement>('main h1')
  const target = heading ?? document.querySelector<HTMLElement>('main')
  if (!target || target.contains(document.activeElement) || document.activeElement?.matches('[autofocus]')) return
  target.tabIndex = -1
  target.focus({ preventScroll: true })
}
