import { useLocation } from '@tanstack/react-router'
import { type RefObject, useLayoutEffect, useRef } from 'react'

/** Tabs that are wider than their place are moved so that the one where the reader is stands in sight. */
export function useActiveInSight<E extends HTMLElement>(): RefObject<E | null> {
  const tabs = useRef<E>(null)
  const here = useLocation({ select: ({ pathname }) => pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another tab
  useLayoutEffect(() => {
    const active = tabs.current?.querySelector('[data-status="active"]')
    if (!tabs.current || !active) return
    const place = tabs.current.getBoundingClientRect()
    const { left, width } = active.getBoundingClientRect()
    tabs.current.scrollLeft += left + width / 2 - (place.left + place.width / 2)
  }, [here])
  return tabs
}
