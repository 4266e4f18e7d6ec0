import type { IconName } from '$lib/ui/icons'
import { a } from './texts'

interface Place {
  href: string
  icon: IconName
  label: string
}

interface Group {
  label: string
  places: Place[]
}

/** The sections of the administration. */
export function groups(): Group[] {
  return [
    { label: '', places: [{ href: '/admin', icon: 'chart', label: a.nav.dashboard }] },
    {
      label: a.nav.library,
      places: [
        { href: '/admin/videos', icon: 'film', label: a.nav.videos },
        { href: '/admin/uploads', icon: 'upload', label: a.nav.uploads },
        { href: '/admin/trash', icon: 'trash', label: a.nav.trash },
        { href: '/admin/announcements', icon: 'bell', label: a.nav.announcements },
        { href: '/admin/discussion', icon: 'heart', label: a.nav.discussion },
      ],
    },
    {
      label: a.nav.people,
      places: [
        { href: '/admin/accounts', icon: 'users', label: a.nav.accounts },
        { href: '/admin/invites', icon: 'ticket', label: a.nav.invites },
        { href: '/admin/records', icon: 'download', label: a.nav.records },
      ],
    },
    {
      label: a.nav.site,
      places: [
        { href: '/admin/plans', icon: 'star', label: a.nav.plans },
        { href: '/admin/audit', icon: 'list', label: a.nav.audit },
        { href: '/admin/jobs', icon: 'clock', label: a.nav.jobs },
        { href: '/admin/workers', icon: 'device', label: a.nav.workers },
        { href: '/admin/settings', icon: 'settings', label: a.nav.settings },
      ],
    },
  ]
}

/** Whether a section is the one that is shown. */
export function isAt(path: string, href: string): 'page' | undefined {
  const plain = path.replace(/\/$/, '').replace('/admin/upload', '/admin/videos')
  const isIt = plain === href || (href !== '/admin' && plain.startsWith(`${href}/`))
  return isIt ? 'page' : undefined
}
