import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Problem } from '#platform/problem.ts'

/** Where a browser keeps its session. Over https its name says that no other host can have set it. */
const PLAIN = 'cauce_session'
const HOST_ONLY = `__Host-${PLAIN}`

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

type Said = Pick<FastifyRequest, 'method' | 'headers'>

export const unauthenticated = () =>
  new Problem(401, 'unauthenticated', 'Send a valid API key or token as Authorization: Bearer …')

/**
 * The credential of a request: what follows `Bearer`, else the session in its cookie. A cookie beside an Authorization
 * is not looked at. Browsers add it to whatever any page makes them send, so with it alone a request that changes
 * something must come from a page of ours.
 *
 * @throws Problem 401 when there is none or it does not have the form `Bearer …`; 403 when a cookie comes from elsewhere
 */
export function credentialOf({ method, headers }: Said): string {
  const { authorization } = headers
  if (authorization === undefined) {
    const session = sessionIn(headers)
    if (session === undefined) throw unauthenticated()
    if (!SAFE.has(method)) refuseCrossSite(headers)
    return session
  }
  const credential = /^bearer +([\x21-\x7e]+)$/i.exec(authorization)
  if (credential === null) throw unauthenticated()
  return credential[1] as string
}

/** Whether a request brings any credential, valid or not. */
export const bringsCredential = (headers: IncomingHttpHeaders): boolean =>
  headers.authorization !== undefined || sessionIn(headers) !== undefined

/**
 * The browser's own word on who made it send this; where it says none (plain http to another machine), the page's origin.
 * @throws Problem 403 unless it was a page of this host
 */
export function refuseCrossSite(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site']
  if (site === undefined ? hostOf(headers.origin) === headers.host?.toLowerCase() : site === 'same-origin') return
  throw new Problem(
    403,
    'cross-site',
    'A session in a cookie changes things only from pages of this host. Programs send Authorization: Bearer …',
  )
}

/** The host and port of an origin; null, which is no host, where there is none. */
function hostOf(origin: string | undefined): string | null {
  const url = origin === undefined ? null : URL.parse(origin)
  return url === null || url.host === '' ? null : url.host
}

function sessionIn(headers: IncomingHttpHeaders): string | undefined {
  if (headers.cookie === undefined) return undefined
  const named = new Map(
    headers.cookie.split(';').map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    }),
  )
  // Over https the plain name may have been set from a page of plain http, which anybody on the way can make up.
  const session = named.get(HOST_ONLY) ?? (cameByHttps(headers) ? undefined : named.get(PLAIN))
  return session === undefined || session === '' ? undefined : session
}

/** TLS ends before us: a proxy says so, or the page's own origin does. Who lies gets a cookie that is of no use. */
const cameByHttps = ({ origin, 'x-forwarded-proto': proto }: IncomingHttpHeaders): boolean =>
  /^https:\/\//i.test(origin ?? '') || /^\s*https\s*(,|$)/i.test(String(proto ?? ''))

/**
 * `Set-Cookie` for a session: no script can read it, and no page of another site has it sent.
 * @param maxAgeS seconds until it is over; 0 takes it away
 */
export function sessionCookie(headers: IncomingHttpHeaders, session: string, maxAgeS: number): string {
  const secure = cameByHttps(headers)
  const rest = `Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict`
  return `${secure ? HOST_ONLY : PLAIN}=${session}; ${rest}${secure ? '; Secure' : ''}`
}
