// Before anything is painted: light or dark, as chosen here or else as the system has it. A file, since the page allows no inline script.
;(() => {
  const chosen = localStorage.getItem('cauce.scheme')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
