import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'

/** Standard Webhooks 1.0: the allowed age of a timestamp, in seconds, as the reference libraries have it. */
const TOLERANCE_S = 300

/** A signing secret with its bytes decoded once: signing happens thousands of times a second. */
export type SigningKey = { version: 'v1'; key: Buffer } | { version: 'v1a'; key: KeyObject }
export type VerifyingKey = SigningKey

/** PKCS#8 and SPKI headers of an ed25519 key; the raw 32 bytes follow. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** The text of a new symmetric secret, shown to a person once. `random` is 24 to 64 random bytes. */
export function newSecret(random: Uint8Array): string {
  if (random.length < 24 || random.length > 64) throw new Error('a secret has 24 to 64 bytes')
  return `whsec_${Buffer.from(random).toString('base64')}`
}

/**
 * An ed25519 key pair as it is shown to people. The private half is 64 bytes, seed and public key, as most
 * implementations keep it.
 * @param seed 32 random bytes
 */
export function newKeyPair(seed: Uint8Array): { secret: string; publicKey: string } {
  if (seed.length !== 32) throw new Error('an ed25519 seed has 32 bytes')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  return {
    secret: `whsk_${Buffer.concat([seed, open]).toString('base64')}`,
    publicKey: `whpk_${open.toString('base64')}`,
  }
}

/** Strict base64: Node itself skips what it does not know, so a damaged secret would sign with other bytes. */
function decode(text: string): Buffer {
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error('the secret is not base64')
  return Buffer.from(text, 'base64')
}

/**
 * Reads a secret as it is shown to people: `whsec_…` (or bare base64) for HMAC, `whsk_…` (32-byte seed or
 * 64 bytes seed‖public) and `whpk_…` (public, for verifying only) for ed25519.
 * @throws Error for an empty or damaged secret
 */
export function signingKey(secret: string): SigningKey {
  if (secret.startsWith('whsk_')) {
    const bytes = decode(secret.slice(5))
    if (bytes.length !== 32 && bytes.length !== 64) throw new Error('an ed25519 secret has 32 or 64 bytes')
    const der = Buffer.concat([PKCS8, bytes.subarray(0, 32)])
    return { version: 'v1a', key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) }
  }
  if (secret.startsWith('whpk_')) {
    const bytes = decode(secret.slice(5))
    if (bytes.length !== 32) throw new Error('an ed25519 public key has 32 bytes')
    return {
      version: 'v1a',
      key: createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' }),
    }
  }
  return { version: 'v1', key: decode(secret.startsWith('whsec_') ? secret.slice(6) : secret) }
}

/**
 * The `webhook-signature` header: one signature for each key, so that a receiver who knows the old or the new
 * secret accepts it during a rotation.
 * @param timestampS integer Unix seconds of this attempt
 */
export function signStandardWebhook(
  keys: readonly SigningKey[],
  id: string,
  timestampS: number,
  body: string | Uint8Array,
): string {
  const head = `${id}.${timestampS}.`
  let header = ''
  for (const key of keys) {
    const signature =
      key.version === 'v1'
        ? createHmac('sha256', key.key).update(head).update(body).digest('base64')
        : sign(null, Buffer.concat([Buffer.from(head), bytesOf(body)]), key.key).toString('base64')
    header += `${header === '' ? '' : ' '}${key.version},${signature}`
  }
  return header
}

const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? Buffer.from(body) : body)

export type WebhookHeaders = { id: string | undefined; timestamp: string | undefined; signature: string | undefined }

/**
 * Verifies a request over its raw body. The caller still has to drop repeats of `webhook-id`.
 * @returns why it is refused, or null when one of the signatures matches one of the keys
 */
export function verifyStandardWebhook(
  keys: readonly VerifyingKey[],
  headers: WebhookHeaders,
  body: string | Uint8Array,
  nowS: number,
): 'missing-header' | 'bad-timestamp' | 'bad-signature' | null {
  const { id, timestamp, signature } = headers
  if (!id || !timestamp || !signature) return 'missing-header'
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowS - Number(timestamp)) > TOLERANCE_S) return 'bad-timestamp'
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), bytesOf(body)])
  for (const candidate of signature.split(' ')) {
    const comma = candidate.indexOf(',')
    const version = candidate.slice(0, comma)
    const given = Buffer.from(candidate.slice(comma + 1), 'base64')
    if (keys.some((key) => key.version === version && matches(key, content, given))) return null
  }
  return 'bad-signature'
}

function matches(key: VerifyingKey, content: Buffer, given: Buffer): boolean {
  if (key.version === 'v1a') return given.length === 64 && verify(null, content, key.key, given)
  const expected = createHmac('sha256', key.key).update(content).digest()
  return given.length === expected.length && timingSafeEqual(given, expected)
}
