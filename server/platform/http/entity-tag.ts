import { hashId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
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

const STALE = {
  en: 'Somebody changed this after you read it. Nothing was overwritten.',
  es: 'Alguien cambió esto después de que lo leyeras. No se sobrescribió nada.',
}

/**
 * Lets nobody overwrite what they have not seen.
 * @param shown what they would be answered now, `null`: there is nothing
 * @throws Problem 409 `stale` when `If-Match` is given and names another version
 */
export function assertKnown(ifMatch: string | undefined, kind: string, shown: unknown): void {
  if (ifMatch === undefined || (shown !== null && namesTag(ifMatch, tagOf(kind, shown)))) return
  throw new Problem(409, 'stale', STALE.en, { messages: STALE })
}
