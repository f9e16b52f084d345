import { type LinkClaims, linkSigner, readToken } from '#conversations/links/token.ts'
import type { Runtime } from '#platform/service.ts'

/** Signing and reading of links with the program's own secret. */
export type Links = {
  sign(claims: LinkClaims): Promise<{ url: string; expiresAt: string }>
  read(token: string): Promise<LinkClaims | null>
  /** How long a link lives unless asked otherwise, in domain milliseconds. */
  defaultTtlMs: number
}

const HOUR_MS = 3_600_000

/** Cheap: the secret is read once, when the first link is signed or read. */
export function createLinks(runtime: Pick<Runtime, 'secret' | 'publicUrl'>, ttlHours: number): Links {
  let secret: Promise<Buffer> | undefined
  const key = (): Promise<Buffer> => {
    secret ??= runtime.secret('links').catch((error) => {
      secret = undefined
      throw error
    })
    return secret
  }
  return {
    sign: async (claims) => linkSigner(await key(), runtime.publicUrl)(claims),
    read: async (token) => readToken(await key(), token),
    defaultTtlMs: ttlHours * HOUR_MS,
  }
}
