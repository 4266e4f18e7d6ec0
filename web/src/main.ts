import { preload, startRouter } from '$lib/router.svelte'
import { downloads } from '$lib/state/downloads.svelte'
import { session } from '$lib/state/session.svelte'
import { language } from '$texts'
import { mount } from 'svelte'
import App from './shell/App.svelte'

/** What the first page needs to know: which site, who is here, in which language. */
async function start() {
  preload()
  const known = await Promise.allSettled([session.loadSite(), session.loadMe()])
  await language.start(session.site.language)
  const target = document.getElementById('app')
  if (!target) return
  const isUnreachable = known.some((step) => step.status === 'rejected')
  if (!isUnreachable) await startRouter()
  if (session.account) downloads.resume()
  mount(App, { target, props: { isUnreachable } })
}

void start()
