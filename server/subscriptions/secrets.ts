import { createHmac } from 'node:crypto'
import { newKeyPair, newSecret } from '#deliveries/index.ts'

/** How requests are signed: HMAC-SHA256 with a shared secret, or ed25519, where the receiver has a public key only. */
export type Signature = 'v1' | 'v1a'

/** A secret to be stored; with `v1a` its public half, which is all that is shown. */
export type Secret = { id: string; secret: string; publicKey: string | null }

/**
 * A signing secret that is not drawn but derived: the repeat of a keyed request whose answer was lost has to give the
 * same one.
 * @param key 32 secret bytes of this installation
 * @param id a UUID, the secret's own
 */
export function secretOf(key: Uint8Array, signature: Signature, subscription: string, id: string): Secret {
  // 32 bytes: as long as the output of the HMAC that a shared secret keys, and the length of an ed25519 seed.
  const bytes = createHmac('sha256', key)
    .update(JSON.stringify([signature, subscription, id]))
    .digest()
  if (signature === 'v1') return { id, secret: newSecret(bytes), publicKey: null }
  return { id, ...newKeyPair(bytes) }
}

/** What the owner is told of a secret, once: the secret itself, or its public half. */
export const shownOf = ({ secret, publicKey }: Secret): { secret: string } | { publicKey: string } =>
  publicKey === null ? { secret } : { publicKey }
