import type { onSendHookHandler } from 'fastify'
import type { Permission, Route } from '#platform/http/route.ts'

/** Takes out of answers what some callers may not see, whichever route tells it. */
export type Veil = {
  /** Who holds this sees all. */
  readonly liftedBy: Permission
  hide(text: string): string | Promise<string>
}

/**
 * The hook of a route whose answers may have to be veiled; none where that cannot be: what is a person's own (`self`), what
 * needs no credential or lasts, what only says that something came in, and what needs the permission that lifts it.
 */
export function createVeiling({ permission, intake, answerType }: Route, veil: Veil): onSendHookHandler | undefined {
  if (permission === 'public' || permission === 'self' || permission === veil.liftedBy) return undefined
  // A stream tells of events without their content.
  if (intake || answerType === 'text/event-stream') return undefined
  return (request, _reply, payload, done) => {
    const { identity } = request
    if (identity === null || identity.permissions.has(veil.liftedBy) || payload == null) return done(null, payload)
    if (typeof payload !== 'string') return done(new Error('an answer that is no text cannot be veiled'))
    Promise.resolve(veil.hide(payload)).then((text) => done(null, text), done)
  }
}
