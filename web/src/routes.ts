import type { Component } from 'svelte'

/** Who may see a page. The server decides over everything on it; this only spares a refusal. */
export type Who = 'anyone' | 'guest' | 'visitor' | 'account' | 'admin' | 'setup'

export interface Route {
  pattern: RegExp
  who: Who
  page: () => Promise<{ default: Component }>
}

const route = (path: string, who: Who, page: Route['page']): Route => {
  const pattern = path.replace(/:(\w+)/g, '(?<$1>[^/]+)')
  return { pattern: new RegExp(`^${pattern}/?$`), who, page }
}

/** Every page. A new address also needs its line in crates/server/src/http/access.rs. */
export const routes: Route[] = [
  route('/', 'visitor', () => import('./pages/Front.svelte')),
  route('/videos/:id', 'visitor', () => import('./pages/VideoPage.svelte')),
  route('/plans', 'visitor', () => import('./pages/Plans.svelte')),
  route('/wallet', 'account', () => import('./pages/Wallet.svelte')),
  route('/library', 'account', () => import('./pages/Library.svelte')),
  route('/announcements', 'visitor', () => import('./pages/Announcements.svelte')),
  route('/announcements/:id', 'visitor', () => import('./pages/AnnouncementPage.svelte')),
  route('/account', 'account', () => import('./pages/AccountPage.svelte')),
  route('/login', 'guest', () => import('./pages/LogIn.svelte')),
  route('/register', 'guest', () => import('./pages/Register.svelte')),
  route('/reset', 'guest', () => import('./pages/Reset.svelte')),
  route('/setup', 'setup', () => import('./pages/Setup.svelte')),
  route('.*', 'anyone', () => import('./pages/NotFound.svelte')),
]
