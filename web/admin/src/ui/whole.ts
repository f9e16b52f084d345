import type { PointerEvent } from 'react'

/** What is cut off where somebody points at it is told whole: `onPointerEnter`. */
export function tellWhole({ currentTarget: it }: PointerEvent<HTMLElement>): void {
  const isCut = it.scrollWidth > it.clientWidth || it.scrollHeight > it.clientHeight
  if (isCut) it.title = it.textContent ?? ''
  else it.removeAttribute('title')
}
