import { type MakeRouteMatchUnion, useMatches } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { useLanguage } from './language.ts'

/** Only this of the matches: they change several times while a page opens, and the whole frame would be rendered with them. */
function saidOf(matches: readonly MakeRouteMatchUnion[]) {
  const said = matches.map(({ staticData }) => staticData)
  return {
    title: said.findLast((data) => data.title)?.title,
    wide: said.some((data) => data.wide),
    permission: said.findLast((data) => data.permission)?.permission,
    pathname: matches.at(-1)?.pathname,
  }
}

/** Of the tab and of the history: what is open, then which page it is. */
const opened = { name: '', page: '' }
function showTitle(): void {
  const { name, page } = opened
  document.title = [...new Set([name, page, 'Cauce'])].filter((part) => part !== '').join(' · ')
}

/** Titles the tab by what the page shows, such as one flow: several tabs are told apart. */
export function useOpenedName(name: string): void {
  useEffect(() => {
    opened.name = name
    showTitle()
    return () => {
      opened.name = ''
      showTitle()
    }
  }, [name])
}

/** What the deepest route says of itself; titles the tab, and moves the focus to a page that one has just gone to. */
export function useOpenedPage() {
  const language = useLanguage()
  const { title: both, wide, permission, pathname } = useMatches({ select: saidOf, structuralSharing: true })
  const title = both?.[language]
  const before = useRef(pathname)
  useLayoutEffect(() => {
    opened.page = title ?? ''
    showTitle()
  }, [title])
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    // A dialogue or a field that the page itself opened keeps the focus.
    const held = document.activeElement
    if (held === null || held === document.body || held.closest('nav'))
      document.getElementById('page')?.focus({ preventScroll: true })
  }, [pathname])
  return { title, wide, permission }
}
