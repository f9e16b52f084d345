import type { MouseEvent } from 'react'

/** The keys that were on a field's button stay with the field: what a button cleared it goes with. */
export const fieldFocused = ({ currentTarget: button }: Pick<MouseEvent<HTMLElement>, 'currentTarget'>) => {
  if (button === document.activeElement) button.closest('.mantine-Select-wrapper')?.querySelector('input')?.focus()
}
