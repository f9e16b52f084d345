import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed link says. */
export type LinkClaims = {
  tenant: string
  encounterId: string
  contactId: string | null
  /** Domain milliseconds; from here on the link is refused. Kept to the second. */
  expiresAt: number
  /** Makes the link its own; a uuid, derived from the cause where a redo must repeat it. */
  nonce: string
  /** The first visit uses it up. */
  oneUse: boolean
}

const VERSION = 1
const ONE_USE = 1
const HAS_CONTACT = 2
/** 128 bits of HMAC-SHA256: nobody guesses it, and the link stays short enough for an SMS. */
const MAC_BYTES = 16
/** Longest path parameter that the server takes. */
const MAX_TOKEN = 4_096

const mac = (key: Uint8Array, body: Buffer): Buffer =>
  // The context keeps tokens of this kind apart from anything else signed with the same key.
  createHmac('sha256', key).update('cauce-link\n').update(body).digest().subarray(0, MAC_BYTES)

function field(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The claims as a compact token that only the holder of `key` can make. The same claims give the same token. */
export function signToken(key: Uint8Array, claims: LinkClaims): string {
  const head = Buffer.alloc(6)
  head.writeUInt8(VERSION, 0)
  head.writeUInt8((claims.oneUse ? ONE_USE : 0) | (claims.contactId === null ? 0 : HAS_CONTACT), 1)
  head.writeUInt32BE(Math.floor(claims.expiresAt / 1000), 2)
  const body = Buffer.concat([
    head,
    Buffer.from(claims.nonce.replaceAll('-', ''), 'hex'),
    field(claims.tenant),
    field(claims.encounterId),
    ...(claims.contactId === null ? [] : [field(claims.contactId)]),
  ])
  return Buffer.concat([body, mac(key, body)]).toString('base64url')
}

/** The claims of a token signed with `key`, expired or not; null for anything else. */
export function readToken(key: Uint8Array, token: string): LinkClaims | null {
  if (token.length > MAX_TOKEN || !/^[\w-]+$/.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  // One spelling only: base64url ignores spare bits at the end.
  if (bytes.length < 26 + MAC_BYTES || bytes.toString('base64url') !== token) return null
  const body = bytes.subarray(0, -MAC_BYTES)
  if (!timingSafeEqual(mac(key, body), bytes.subarray(-MAC_BYTES)) || body[0] !== VERSION) return null
  const flags = body.readUInt8(1)
  let at = 22
  const text = (): string => {
    const end = at + 2 + body.readUInt16BE(at)
    const read = body.toString('utf8', at + 2, end)
    at = end
    return read
  }
  return {
    oneUse: (flags & ONE_USE) !== 0,
    expiresAt: body.readUInt32BE(2) * 1000,
    nonce: body.toString('hex', 6, 22).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
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
