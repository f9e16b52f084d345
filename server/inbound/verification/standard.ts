import { type Static, Type } from '@sinclair/typebox'
import { newSecret, signingKey, verifyStandardWebhook } from '#deliveries/index.ts'
import { refused, type VerificationKind } from './kind.ts'

const schema = Type.Object(
  { kind: Type.Literal('standard-webhooks') },
  { description: 'Standard Webhooks 1.0: the secret is `whsec_…`, or `whpk_…` where the sender signs with ed25519' },
)

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature']

/** Standard Webhooks 1.0: id, time and body are signed. */
export const standardWebhooks: VerificationKind<Static<typeof schema>> = {
  kind: 'standard-webhooks',
  schema,
  faults: () => [],
  secretFault(secret) {
    if (secret.startsWith('whsk_')) return 'is a private key, which stays with the sender: give its `whpk_…`'
    try {
      signingKey(secret)
      return null
    } catch {
      return 'must be `whsec_` and base64, or `whpk_` and base64'
    }
  },
  secretOf: newSecret,
  proofHeaders: () => HEADERS,
  secretHeaders: () => [],
  verify(_settings, secrets, { headers, body }, nowS) {
    const given = {
      id: headers['webhook-id'],
      timestamp: headers['webhook-timestamp'],
      signature: headers['webhook-signature'],
    }
    const refusal = verifyStandardWebhook(secrets.map(signingKey), given, body, nowS)
    if (refusal !== null) return refused(refusal)
    return { proven: { messageId: given.id ?? null, signedId: true, fingerprint: null } }
  },
}
