import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** What belongs to one `Idempotency-Key` in the hands of one credential. */
export type Keyed = {
  /** An answer as it is kept: whoever reads the table without key and credential learns nothing of it. */
  seal(text: string): Buffer
  /** @throws Error for what was sealed otherwise */
  open(sealed: Uint8Array): string
  /** 32 bytes that nobody guesses, the same at every repeat: the n-th call gives the n-th. */
  nextSecret(): Buffer
}

/**
 * @param secret the program's own: whoever gets hold of the credential later does not learn what was made under a key
 *   that can be guessed
 * @param of the key and the credential as they were sent: neither is in the database, so a copy of it opens nothing
 */
export function keyed(secret: Uint8Array, of: { key: string; credential: string; fingerprint: string }): Keyed {
  const about = `${of.fingerprint}\n${of.credential}\n${of.key}`
  const derive = (use: string) => createHmac('sha256', secret).update(`${use}\n${about}`).digest()
  const sealing = derive('seal')
  let drawn = 0
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, sealing, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body])
    },
    open(sealed) {
      const decipher = createDecipheriv(CIPHER, sealing, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
    nextSecret: () => derive(`secret ${drawn++}`),
  }
}
