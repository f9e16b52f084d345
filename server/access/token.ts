/** Loaded with the first token: a program whose callers use keys starts without it. */
const jose = () => import('jose')

/** Who a token speaks for. `version` is the user's when it was made; a contact has none. */
export type TokenClaims = {
  tenant: string
  person: { kind: 'user' | 'contact'; id: string }
  version: number
  expiresAtMs: number
}

export const TOKEN_LIFETIME_MS = 12 * 3_600_000

// RFC 8725: one algorithm, chosen here and not by the token; a type of our own, so that no other token made with
// the same secret can pass for one of these; issuer and audience said and checked.
const ALGORITHM = 'HS256'
const TYPE = 'at+jwt'
const ISSUER = 'cauce'
const AUDIENCE = 'cauce-api'
const MIN_SECRET_BYTES = 32

/** @param nowMs wall milliseconds */
export async function signToken(
  secret: Uint8Array,
  { tenant, person, version }: Omit<TokenClaims, 'expiresAtMs'>,
  nowMs: number,
): Promise<{ token: string; expiresAtMs: number }> {
  checkSecret(secret)
  const { SignJWT } = await jose()
  const issuedAtS = Math.floor(nowMs / 1000)
  const expiresAtS = issuedAtS + TOKEN_LIFETIME_MS / 1000
  const token = await new SignJWT({ tenant, ver: version })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setSubject(`${person.kind}:${person.id}`)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAtS)
    .setExpirationTime(expiresAtS)
    .sign(secret)
  return { token, expiresAtMs: expiresAtS * 1000 }
}

/** The claims of a token that is ours and not over; null for every other text. */
export async function verifyToken(secret: Uint8Array, token: string, nowMs: number): Promise<TokenClaims | null> {
  checkSecret(secret)
  const { errors, jwtVerify } = await jose()
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'iat', 'sub'],
      // An `exp` far away does not make it live longer.
      maxTokenAge: TOKEN_LIFETIME_MS / 1000,
      currentDate: new Date(nowMs),
    })
    const subject = /^(user|contact):(.{1,255})$/s.exec(payload.sub ?? '')
    const { tenant, ver, exp } = payload
    if (subject === null || typeof tenant !== 'string' || !Number.isInteger(ver) || exp === undefined) return null
    const [, kind, id] = subject
    return {
      tenant,
      person: { kind: kind as 'user' | 'contact', id: id as string },
      version: ver as number,
      expiresAtMs: exp * 1000,
    }
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

function checkSecret(secret: Uint8Array): void {
  if (secret.length < MIN_SECRET_BYTES) throw new Error(`a token secret needs ${MIN_SECRET_BYTES} bytes`)
}
