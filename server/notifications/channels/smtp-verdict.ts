import type { Verdict } from '#deliveries/index.ts'

/** What a mail server, or the way to it, answered. */
export type SmtpFailure = {
  /** Reply code, for example 550; absent when there was no reply. */
  reply?: number
  /** Text of the reply, with the enhanced status code (RFC 3463) if the server gives one. */
  text: string
  /** The login was refused. */
  auth?: boolean
}

export type SmtpVerdict = {
  verdict: Verdict
  /** The address does not exist (any more): nothing sent there will ever arrive. */
  dead: boolean
  /** Not to be tried earlier than after this. */
  waitMs?: number
}

/** Unknown user or domain, syntax, moved, null MX. */
const DEAD = new Set(['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'])
/** Greylisting lets a sender in that comes again after some minutes (RFC 6647 §2.3). */
const GREYLIST_WAIT_MS = 15 * 60_000

/**
 * What an SMTP failure means to a sender: RFC 5321 §4.2.1 by the first digit, narrowed by the enhanced code.
 * @param failures failed attempts before this one
 */
export function smtpVerdict(failure: SmtpFailure, failures: number): SmtpVerdict {
  const { reply, text } = failure
  // Wrong credentials are ours to mend: the mail waits, and the server is left in peace meanwhile.
  if (failure.auth === true) return { verdict: 'throttle', dead: false }
  if (reply === undefined) return { verdict: 'retry', dead: false }
  const enhanced = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(text)?.[0] ?? ''
  if (DEAD.has(enhanced)) return { verdict: 'permanent', dead: true }
  // A mailbox that is disabled may be enabled again: twice is the end of it.
  if (enhanced === '5.2.1')
    return failures > 0 ? { verdict: 'permanent', dead: true } : { verdict: 'retry', dead: false }
  if (enhanced === '5.2.2') return { verdict: 'retry', dead: false }
  if (reply >= 500) return { verdict: 'permanent', dead: false }
  if (reply === 421) return { verdict: 'throttle', dead: false }
  if (reply === 450 || reply === 451 || enhanced.startsWith('4.7.')) {
    return { verdict: 'retry', dead: false, waitMs: GREYLIST_WAIT_MS }
  }
  return { verdict: 'retry', dead: false }
}
