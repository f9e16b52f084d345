import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/**
 * 16 MB and five passes: the strength of OWASP's N=2^17, p=1 with an eighth of the memory, since several may run
 * beside the rest of the program.
 */
const COST = { N: 16_384, r: 8, p: 5 }
const SALT_BYTES = 16
const KEY_BYTES = 32

/** Each takes a thread of the pool for a tenth of a second; the rest of the program needs threads too. */
const MAX_RUNNING = 2
/** Beyond this a login would wait longer than its person does. */
const MAX_WAITING = 64

export const MIN_PASSWORD = 8
export const MAX_PASSWORD = 256

/** Passwords that stand in examples everywhere; the first that anybody tries. */
const SAMPLES = new Set([
  'password',
  'password1',
  'passw0rd',
  'contraseña',
  'contrasena',
  'changeme',
  'change-me',
  'changeit',
  'admin123',
  'adminadmin',
  'secret123',
  '12345678',
  '123456789',
  '1234567890',
  'qwertyuiop',
  'cauce123',
])

/** Fewer different ones, as in `aaaaaaaa` or eight spaces, are tried before long. */
const DIFFERENT = 4

/** What is wrong with a password as one to set; null when nothing is. */
export function passwordFault(password: string): Sentence | null {
  if (password.length < MIN_PASSWORD)
    return { en: `must have at least ${MIN_PASSWORD} characters`, es: `debe tener al menos ${MIN_PASSWORD} caracteres` }
  if (password.length > MAX_PASSWORD)
    return {
      en: `must have at most ${MAX_PASSWORD} characters`,
      es: `debe tener como máximo ${MAX_PASSWORD} caracteres`,
    }
  if (new Set(password.replaceAll(/\s/g, '')).size < DIFFERENT)
    return {
      en: `must have at least ${DIFFERENT} different letters, digits or signs`,
      es: `debe tener al menos ${DIFFERENT} letras, cifras o signos distintos`,
    }
  return SAMPLES.has(password.toLowerCase())
    ? {
        en: 'is one of the passwords that everybody tries first',
        es: 'es una de las contraseñas que todos prueban primero',
      }
    : null
}

/** `scrypt$N$r$p$salt$key`, so that the cost can be raised without losing the passwords there are. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return stored(salt, await derive(password, salt, COST))
}

/** A password in stored form that nobody has: to check against where there is none takes as long. */
export const nobodysPassword = (): string => stored(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES))

const stored = (salt: Buffer, key: Buffer): string =>
  ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')

/** @throws Problem 503 when too many wait for the same check */
export async function verifyPassword(password: string, against: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = against.split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(n), r: Number(r), p: Number(p) })
  return expected.length === found.length && timingSafeEqual(expected, found)
}

let running = 0
const waiting: (() => void)[] = []

async function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  if (waiting.length >= MAX_WAITING) {
    throw new Problem(503, 'unavailable', 'Too many people log in at the same moment.', { retryAfterS: 5 })
  }
  if (running >= MAX_RUNNING) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    // One form of a letter that can be written in several.
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: 64 * 1024 * 1024 }, (error, key) =>
        error === null ? resolve(key) : reject(error),
      )
    })
  } finally {
    const next = waiting.shift()
    // The place passes on to whoever waits.
    if (next === undefined) running -= 1
    else next()
  }
}
