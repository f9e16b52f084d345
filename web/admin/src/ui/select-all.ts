import type { FocusEvent } from 'react'

/** What is typed in a field that shows what is chosen replaces it: behind it, it would find nothing. */
export const selectAll = ({ target }: Pick<FocusEvent, 'target'>) => {
  if (target instanceof HTMLInputElement && !target.readOnly) target.select()
}
