import { keep, kept } from '$lib/stored'

export type Theme = 'system' | 'dark' | 'light'

const isTheme = (word: string | null): word is Theme => word === 'dark' || word === 'light'

class ThemeState {
  current = $state<Theme>(isTheme(kept('theme')) ? (kept('theme') as Theme) : 'system')

  choose(theme: Theme) {
    this.current = theme
    keep('theme', theme === 'system' ? null : theme)
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }
}

export const theme = new ThemeState()
