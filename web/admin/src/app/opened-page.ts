import { useMatches } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useLanguage } from './language.ts'

/** What the deepest route says of itself; titles the tab, and moves the focus to a page that one has just gone to. */
export function useOpenedPage() {
  const language = useLanguage()
  const matches = useMatches()
  const said = matches.map(({ staticData }) => staticData)
  const title = said.findLast((data) => data.title)?.title?.[language]
  const pathname = matches.at(-1)?.pathname
  const before = useRef(pathname)
  useEffect(() => {
    document.title = title ? `${title} · Cauce` : 'Cauce'
  }, [title])
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    // A dialogue or a field that the page itself opened keeps the focus.
    const held = document.activeElement
    if (held === null || held === document.body || held.closest('nav'))
      document.getElementById('page')?.focus({ preventScroll: true })
  }, [pathname])
  return {
    title,
    wide: said.some((data) => data.wide),
    permission: said.findLast((data) => data.permission)?.permission,
  }
}
