import { type Static, Type } from '@sinclair/typebox'
import type { Retry } from '#flows/flow.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { DURATION, NO_FIXED_LENGTH } from '#flows/nodes/fields.ts'

const MOST = 10
const USUAL_MS = 10_000

/** How often, and how long after each other, a step is tried that fails. */
export const RETRY = Type.Object(
  {
    attempts: Type.Integer({ minimum: 1, maximum: MOST, description: 'Tries in all' }),
    after: Type.Optional(Type.String({ ...DURATION, description: 'ISO 8601 duration between them; default PT10S' })),
  },
  { additionalProperties: false },
)

/** @returns null where it is tried once */
export function retryOf(retry: Static<typeof RETRY> | undefined, compiler: Compiler): Retry | null {
  if (retry === undefined) return null
  const span = retry.after === undefined ? null : compiler.duration('retry.after', retry.after)
  if (span !== null && span.months > 0) compiler.fault('retry.after', NO_FIXED_LENGTH)
  if (span !== null && span.months === 0 && span.ms < 1_000) {
    compiler.fault('retry.after', { en: 'must be a second at least', es: 'debe ser de un segundo como mínimo' })
  }
  return { attempts: retry.attempts, afterMs: span?.ms ?? USUAL_MS }
}
