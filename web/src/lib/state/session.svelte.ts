import { api, ask, Failure, type Account, type Site } from '$lib/api'
import { downloads } from './downloads.svelte'

/** Who is here, on which site, and what the header says about it. */
class SessionState {
  site = $state.raw<Site>({
    name: 'Yingku 影库',
    visibility: 'login',
    signup_user: 'closed',
    signup_admin: 'closed',
    support_contact: '',
    currency: 'CNY',
    timezone: 'Asia/Shanghai',
    language: '',
    footer_html: '',
    price_paid_minor: 0,
    price_paid_member_minor: 0,
    shows_viewer: false,
    needs_setup: false,
    version: '',
  })
  account = $state.raw<Account | null>(null)
  balanceMinor = $state<number | null>(null)
  unread = $state(0)

  get isAdmin() {
    return this.account?.role === 'admin'
  }

  get isMember() {
    return this.account?.membership.active ?? false
  }

  /** Whether lists may be asked for. */
  get mayBrowse() {
    return this.account !== null || this.site.visibility === 'public'
  }

  async loadSite() {
    this.site = await ask(api.GET('/api/v1/site'))
  }

  async loadMe() {
    try {
      this.account = (await ask(api.GET('/api/v1/me'))).account ?? null
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'session_ended') throw error
      this.account = null
    }
    void this.refresh()
  }

  /** Balance and unread marks. They are not worth an error message. */
  async refresh() {
    if (!this.account) {
      this.forget()
      return
    }
    const [wallet, unread] = await Promise.allSettled([
      ask(api.GET('/api/v1/wallet')),
      ask(api.GET('/api/v1/announcements/unread')),
    ])
    if (wallet.status === 'fulfilled') this.balanceMinor = wallet.value.balance_minor
    if (unread.status === 'fulfilled') this.unread = unread.value.count
  }

  async logIn(name: string, password: string) {
    await ask(api.POST('/api/v1/sessions', { body: { name, password, cookie: true } }))
    await this.loadMe()
  }

  async logOut(everywhere = false) {
    await ask(everywhere ? api.DELETE('/api/v1/sessions') : api.DELETE('/api/v1/sessions/current'))
    this.forget()
  }

  forget() {
    this.account = null
    this.balanceMinor = null
    this.unread = 0
    downloads.forget()
  }
}

export const session = new SessionState()
