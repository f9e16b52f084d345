import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals and opens values under a key of each tenant. What was sealed for one tenant and name opens for no other. */
export function vault(master: Uint8Array) {
  const keys = new Map<string, Buffer>()
  const keyOf = (tenant: string): Buffer => {
    const known = keys.get(tenant)
    if (known !== undefined) return known
    const key = Buffer.from(hkdfSync('sha256', master, tenant, 'cauce secrets of a tenant', 32))
    keys.set(tenant, key)
    return key
  }
  return {
    seal(tenant: string, name: string, value: string): Buffer {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, keyOf(tenant), iv).setAAD(Buffer.from(name))
      const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body])
    },
    /** @throws Error for what was sealed for somebody else, or otherwise */
    open(tenant: string, name: string, sealed: Uint8Array): string {
      const iv = sealed.subarray(0, IV_BYTES)
      const decipher = createDecipheriv(CIPHER, keyOf(tenant), iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
  }
}
