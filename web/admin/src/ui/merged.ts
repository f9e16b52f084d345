/** A list by time, the newest first; `more`: it goes on before its last item. */
export type Part<T extends { at: number }> = { items: readonly T[]; more: boolean }

/**
 * Several lists as one, the newest first. Where one goes on further back, nothing before its oldest item is shown yet: there
 * would be gaps that look as if nothing had happened.
 */
export function merged<T extends { at: number }>(parts: readonly Part<T>[]): T[] {
  const from = Math.max(...parts.map(({ items, more }) => (more ? (items.at(-1)?.at ?? 0) : 0)))
  return parts
    .flatMap(({ items }) => items)
    .filter(({ at }) => at >= from)
    .sort((a, b) => b.at - a.at)
}
