import { useState } from 'react'

/** Which rows of a `DataTable` are chosen for an act on many; nothing once it is done. */
export function useChoice() {
  const [chosen, onChoose] = useState<readonly string[]>([])
  return { chosen, onChoose, clear: () => onChoose([]) }
}
