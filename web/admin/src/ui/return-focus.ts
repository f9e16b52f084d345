import { useEffect, useRef } from 'react'

/** A dialogue is away by then, whatever moves it. */
const AWAY_MS = 300

/** Where the keys were; of an item of a menu, which goes with its menu, the button of that menu. */
function whereKeysAre(): HTMLElement | null {
  const at = document.activeElement as HTMLElement | null
  const button = at?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  return button == null ? at : document.getElementById(button)
}

/** Leads the keys back to where a dialogue was opened, where they would be lost. */
export function useReturnFocus(opened: boolean): void {
  const from = useRef<HTMLElement | null>(null)
  const was = useRef(false)
  // While it is rendered the menu is still there.
  if (opened && !was.current) from.current = whereKeysAre()
  was.current = opened
  useEffect(() => {
    if (!opened) return
    return () => {
      setTimeout(() => document.activeElement === document.body && from.current?.focus(), AWAY_MS)
    }
  }, [opened])
}
