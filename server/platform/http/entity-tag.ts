import { hashId } from '#platform/ids.ts'
import { canonicalJson } from './idempotency.ts'

/** The tag of what is answered: of another content, another one. */
export const tagOf = (kind: string, shown: unknown): string => `"${hashId(kind, canonicalJson(shown))}"`

const strong = (tag: string): string => tag.trim().replace(/^W\//, '')

/**
 * Whether a header `If-Match` or `If-None-Match` names this version, or any (`*`). Weak tags are compared as strong ones, against
 * RFC 9110 §13.1.1: a proxy that compresses makes ours weak, and what is written back on it is the same version.
 */
export const namesTag = (given: string, tag: string): boolean =>
  given.split(',').some((one) => one.trim() === '*' || strong(one) === strong(tag))

/**
 * Whether who writes with this `If-Match` knows what is there.
 * @param shown what they would be answered now, `null`: there is nothing
 */
export const isKnown = (ifMatch: string | undefined, kind: string, shown: unknown): boolean =>
  ifMatch === undefined || (shown !== null && namesTag(ifMatch, tagOf(kind, shown)))
