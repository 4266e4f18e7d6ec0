import type { Announcement } from '$lib/api'

export type AnnouncementState = 'published' | 'scheduled' | 'withdrawn'

export function stateOf({ withdrawn_at, published_at }: Announcement): AnnouncementState {
  if (withdrawn_at) return 'withdrawn'
  return Date.parse(published_at) > Date.now() ? 'scheduled' : 'published'
}
