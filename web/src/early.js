// The chosen theme, before the first paint. Runs ahead of every module.
try {
  const theme = localStorage.getItem('yingku.theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Without storage the system's theme holds.
}
