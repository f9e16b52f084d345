import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed link says. */
export type LinkClaims = {
  tenant: string
  encounterId: string
  contactId: string | null
  /** Domain milliseconds; from here on the link is refused. Kept to the second. */
  expiresAt: number
  /** Makes the link its own; a uuid, derived from the cause where a redo must repeat it. */
  nonce: string
  /** A notification carries it, whose id is the nonce: who follows it comes because of that one. */
  notified?: boolean
  /** The first visit uses it up. */
  oneUse: boolean
}

/** Sealed; the first byte of a token. */
const SEALED = 2
/** Only signed: links of before, good until they expire. */
const SIGNED = 1
const ONE_USE = 1
const HAS_CONTACT = 2
/** Absent in links of before, and unknown to older nodes, which read the others as ever. */
const NOTIFIED = 4
/** 128 bits of HMAC-SHA256: nobody guesses it, and the link stays short enough for an SMS. */
const MAC_BYTES = 16
/** Longest path parameter that the server takes. */
const MAX_TOKEN = 4_096
/** Flags, expiry, nonce and the lengths of two fields. */
const LEAST_BYTES = 25

// The contexts keep tokens of this kind apart from each other and from anything else made with the same key.
const mac = (key: Uint8Array, context: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(`${context}\n`).update(body).digest().subarray(0, MAC_BYTES)

function field(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** AES in counter mode: the same both ways. */
function cipher(key: Uint8Array, iv: Buffer, bytes: Buffer): Buffer {
  const own = createHmac('sha256', key).update('cauce-link-cipher\n').digest()
  return createCipheriv('aes-256-ctr', own, iv).update(bytes)
}

/**
 * The claims as a compact token that only the holder of `key` can make or read: whose ids they are is not to stand in
 * URLs, histories and logs. The MAC of the plain text is the start of the counter too (a synthetic IV, as in RFC 5297),
 * so the same claims give the same token, and different ones never share a key stream.
 */
export function signToken(key: Uint8Array, claims: LinkClaims): string {
  const head = Buffer.alloc(5)
  const flags = [
    claims.oneUse && ONE_USE,
    claims.contactId !== null && HAS_CONTACT,
    claims.notified === true && NOTIFIED,
  ]
  head.writeUInt8(
    flags.reduce<number>((all, flag) => all | Number(flag), 0),
    0,
  )
  head.writeUInt32BE(Math.floor(claims.expiresAt / 1000), 1)
  const body = Buffer.concat([
    head,
    Buffer.from(claims.nonce.replaceAll('-', ''), 'hex'),
    field(claims.tenant),
    field(claims.encounterId),
    ...(claims.contactId === null ? [] : [field(claims.contactId)]),
  ])
  const iv = mac(key, 'cauce-link-sealed', body)
  return Buffer.concat([Buffer.of(SEALED), iv, cipher(key, iv, body)]).toString('base64url')
}

/** The claims of a token made with `key`, expired or not; null for anything else. */
export function readToken(key: Uint8Array, token: string): LinkClaims | null {
  if (token.length > MAX_TOKEN || !/^[\w-]+$/.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  // One spelling only: base64url ignores spare bits at the end.
  if (bytes.length < 1 + LEAST_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return null
  const body = bytes[0] === SEALED ? opened(key, bytes) : bytes[0] === SIGNED ? verified(key, bytes) : null
  return body === null ? null : claimsIn(body)
}

function opened(key: Uint8Array, bytes: Buffer): Buffer | null {
  const iv = bytes.subarray(1, 1 + MAC_BYTES)
  const body = cipher(key, iv, bytes.subarray(1 + MAC_BYTES))
  return timingSafeEqual(mac(key, 'cauce-link-sealed', body), iv) ? body : null
}

function verified(key: Uint8Array, bytes: Buffer): Buffer | null {
  const body = bytes.subarray(0, -MAC_BYTES)
  return timingSafeEqual(mac(key, 'cauce-link', body), bytes.subarray(-MAC_BYTES)) ? body.subarray(1) : null
}

function claimsIn(body: Buffer): LinkClaims {
  const flags = body.readUInt8(0)
  let at = 21
  const text = (): string => {
    const end = at + 2 + body.readUInt16BE(at)
    const read = body.toString('utf8', at + 2, end)
    at = end
    return read
  }
  return {
    oneUse: (flags & ONE_USE) !== 0,
    ...((flags & NOTIFIED) === 0 ? {} : { notified: true }),
    expiresAt: body.readUInt32BE(1) * 1000,
    nonce: body.toString('hex', 5, 21).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    tenant: text(),
    encounterId: text(),
    contactId: (flags & HAS_CONTACT) !== 0 ? text() : null,
  }
}

/** Makes links without I/O: whoever decides purely may put one into a message. */
export type LinkSigner = (claims: LinkClaims) => { url: string; expiresAt: string }

/**
 * @param key `await runtime.secret('links')`
 * @param publicUrl `runtime.publicUrl`: where people reach this server, without a slash at the end
 */
export const linkSigner =
  (key: Uint8Array, publicUrl: () => string): LinkSigner =>
  (claims) => ({
    url: `${publicUrl()}/r/${signToken(key, claims)}`,
    expiresAt: new Date(Math.floor(claims.expiresAt / 1000) * 1000).toISOString(),
  })
