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

/** A page of the administration, together with its texts, which nobody else fetches. */
const admin = (path: string, page: Route['page']) =>
  route(path, 'admin', async () => {
    const { loadTexts } = await import('./admin/texts')
    const [found] = await Promise.all([page(), loadTexts()])
    return found
  })

/** Every page. A new address also needs its line in crates/server/src/http/access.rs. */
export const routes: Route[] = [
  route('/', 'visitor', () => import('./pages/Front.svelte')),
  route('/videos/:id', 'visitor', () => import('./pages/VideoPage.svelte')),
  route('/embed/:id', 'anyone', () => import('./pages/EmbedPage.svelte')),
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
  admin('/admin', () => import('./pages/admin/Dashboard.svelte')),
  admin('/admin/videos', () => import('./pages/admin/Videos.svelte')),
  admin('/admin/upload', () => import('./pages/admin/Videos.svelte')),
  admin('/admin/videos/:id', () => import('./pages/admin/VideoEdit.svelte')),
  admin('/admin/uploads', () => import('./pages/admin/Uploads.svelte')),
  admin('/admin/trash', () => import('./pages/admin/Trash.svelte')),
  admin('/admin/accounts', () => import('./pages/admin/Accounts.svelte')),
  admin('/admin/accounts/:id', () => import('./pages/admin/AccountDetail.svelte')),
  admin('/admin/invites', () => import('./pages/admin/Invites.svelte')),
  admin('/admin/workers', () => import('./pages/admin/Workers.svelte')),
  admin('/admin/announcements', () => import('./pages/admin/Announcements.svelte')),
  admin('/admin/announcements/:id', () => import('./pages/admin/AnnouncementEdit.svelte')),
  admin('/admin/discussion', () => import('./pages/admin/Discussion.svelte')),
  admin('/admin/plans', () => import('./pages/admin/Plans.svelte')),
  admin('/admin/records', () => import('./pages/admin/Records.svelte')),
  admin('/admin/audit', () => import('./pages/admin/Audit.svelte')),
  admin('/admin/jobs', () => import('./pages/admin/Jobs.svelte')),
  admin('/admin/settings', () => import('./pages/admin/Settings.svelte')),
  route('.*', 'anyone', () => import('./pages/NotFound.svelte')),
]
