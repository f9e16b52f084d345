import type { Sealer } from '#secrets/index.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Message, Verdict } from './kind.ts'
import { kindOf } from './kinds.ts'

/** Under which a secret is sealed: a row copied to another endpoint does not open. */
export const sealedName = (endpoint: string, secret: string): string => `${endpoint}/${secret}`

/**
 * Judges who sent a message, with the secrets that are valid.
 * @param nowS wall seconds at which it came
 */
export function look(
  { endpoint, secrets }: { endpoint: Endpoint; secrets: readonly { id: string; sealed: Buffer }[] },
  message: Message,
  nowS: number,
  sealer: Pick<Sealer, 'open'>,
): Verdict {
  const { tenant, id, verification } = endpoint
  const opened = secrets.map((secret) => sealer.open(tenant, sealedName(id, secret.id), secret.sealed))
  return kindOf(verification).verify(verification, opened, message, nowS)
}
