import { Type } from '@sinclair/typebox'
import { type HmacSettings, hmac } from './hmac.ts'
import type { VerificationKind } from './kind.ts'
import { secretPath } from './secret-path.ts'
import { standardWebhooks } from './standard.ts'
import { type TokenSettings, token } from './token.ts'

/** How an endpoint is told who sends; by `kind`. */
export type Verification =
  | { kind: 'standard-webhooks' }
  | HmacSettings
  | TokenSettings
  | { kind: 'secret-path'; idHeader?: string }

const KINDS: readonly VerificationKind<Verification>[] = [standardWebhooks, hmac, token, secretPath]
const BY_NAME = new Map<string, VerificationKind<Verification>>(KINDS.map((kind) => [kind.kind, kind]))

export const verificationSchema = Type.Unsafe<Verification>(Type.Union(KINDS.map(({ schema }) => schema)))

/** @throws Error for a kind that nobody has listed */
export function kindOf({ kind }: { kind: string }): VerificationKind<Verification> {
  const found = BY_NAME.get(kind)
  if (found === undefined) throw new Error(`there is no verification ${kind}`)
  return found
}

/** Whether something is one of the kinds, whatever else is wrong with it. */
export const isKind = (name: unknown): boolean => typeof name === 'string' && BY_NAME.has(name)
