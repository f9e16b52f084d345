import type { FastifyRequest } from 'fastify'
import { credentialOf } from '#platform/http/credential.ts'
import type { Authenticate } from '#platform/http/guard.ts'
import type { Permission } from '#platform/http/route.ts'

/** A session that ran out, or whose end this node was not told of, lets its caller look on for so long. */
const LOOK_MS = 15_000

/** Answers that last longer than a moment, and whether whoever asked for them may still be told. */
export type Lasting = {
  /**
   * Aborted when the credential of the request is over or no longer has the permission, or when `left` is.
   * @param left aborted when whoever asked has gone, or the program stops
   */
  watch(request: FastifyRequest, permission: Permission, left: AbortSignal): AbortSignal
}

/**
 * Costs nothing while there is no such answer.
 * @param onChanged takes what is to be called when credentials may have changed
 */
export function createLasting(authenticate: Authenticate, onChanged?: (look: () => void) => void): Lasting {
  const watched = new Map<AbortController, { credential: string; permission: Permission }>()
  let timer: NodeJS.Timeout | undefined

  async function look(
    over: AbortController,
    { credential, permission }: { credential: string; permission: Permission },
  ) {
    const identity = await authenticate(credential)
    if (identity === null || !identity.permissions.has(permission)) over.abort()
  }
  function lookAtAll(): void {
    // While the database is away nobody's credential is judged.
    for (const [over, said] of watched) look(over, said).catch(() => {})
  }
  onChanged?.(lookAtAll)

  return {
    watch(request, permission, left) {
      if (left.aborted) return left
      const over = new AbortController()
      watched.set(over, { credential: credentialOf(request), permission })
      timer ??= setInterval(lookAtAll, LOOK_MS).unref()
      left.addEventListener('abort', () => over.abort(), { once: true })
      over.signal.addEventListener(
        'abort',
        () => {
          watched.delete(over)
          if (watched.size > 0) return
          clearInterval(timer)
          timer = undefined
        },
        { once: true },
      )
      return over.signal
    },
  }
}
