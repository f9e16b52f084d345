import type { TSchema } from '@sinclair/typebox'
import type { Fault } from '#platform/problem.ts'

/** A request as it came: names of headers in lower case, those that stand several times joined. */
export type Message = { headers: Readonly<Record<string, string>>; body: Uint8Array }

/** Why a message is refused. */
export type Refusal = 'missing-header' | 'bad-timestamp' | 'bad-signature' | 'bad-token'

export type Proven = {
  /** How the sender names the message: the same when it tries again; null when it does not. */
  messageId: string | null
  /** The name is signed: nobody on the way can have given another one. */
  signedId: boolean
  /** Of what was signed, in a form that a sender or somebody on the way cannot vary; null: nothing was. */
  fingerprint: string | null
}

export type Verdict = { proven: Proven; refusal?: undefined } | { proven?: undefined; refusal: Refusal }

/**
 * A way by which senders prove who they are: one file each, listed in `kinds.ts`. `S` are its settings, as the API takes
 * and shows them; they hold no secret.
 */
export type VerificationKind<S extends { kind: string } = { kind: string }> = {
  kind: S['kind']
  schema: TSchema
  /** What is wrong with the settings besides their form; paths begin at the settings. */
  faults(settings: S): Fault[]
  /** A secret is needed. Why one cannot be used; null: it can. */
  secretFault: ((secret: string) => string | null) | null
  /** A new secret of 32 random bytes, as people hand it on. */
  secretOf(random: Buffer): string
  /** Headers that prove, kept so that a message can be looked at again; null: they are secrets themselves. */
  proofHeaders(settings: S): readonly string[] | null
  /** Headers that hold a secret and are never kept. */
  secretHeaders(settings: S): readonly string[]
  /**
   * @param secrets those that are valid now
   * @param nowS wall seconds at which the message came
   */
  verify(settings: S, secrets: readonly string[], message: Message, nowS: number): Verdict
}

export const refused = (refusal: Refusal): Verdict => ({ refusal })
