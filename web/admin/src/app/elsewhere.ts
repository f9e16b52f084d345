import type { LinkProps } from '@tanstack/react-router'

/**
 * A link to a page by its address alone, for what links to many contexts by what it found: the causal picture of an event, a figure's
 * rows. Prefer the typed form where one page links to another.
 */
export const elsewhere = (to: string, search: Record<string, string | undefined> = {}): LinkProps =>
  ({ to, search }) as unknown as LinkProps
