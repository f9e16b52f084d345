import { lookup as systemLookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { type AllowList, isAllowedName, isInternalName, literalAddress, mayConnect, mayUsePort } from './guard.ts'

const CONNECT_MS = 5_000
const MAX_HEADER_BYTES = 16_384
/** How long an answer of DNS is used. Each connection is judged anew, so a stale answer is only that. */
const DNS_CACHE_MS = 10_000
const DNS_CACHE_MAX = 1_000

const NOTHING: AllowList = { ranges: [], names: new Set() }

/** The guard refused: no retry can help while name and list stay as they are. */
export class Refused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refused'
  }
}

export type Resolve = (hostname: string) => Promise<string[]>

/**
 * Resolves without the thread pool (c-ares): a name server that never answers must not hold up files and other
 * names. Only names that no public DNS knows take the system's way (hosts file, search domains).
 */
export function systemResolve(): Resolve {
  let resolver = new Resolver({ timeout: 2_000, tries: 2 })
  let madeAt = Date.now()
  return async (hostname) => {
    if (isInternalName(hostname)) {
      return new Promise((resolve, reject) =>
        systemLookup(hostname, { all: true }, (error, found) =>
          error ? reject(error) : resolve(found.map(({ address }) => address)),
        ),
      )
    }
    // resolv.conf is read when a resolver is made.
    if (Date.now() - madeAt > 60_000) {
      resolver = new Resolver({ timeout: 2_000, tries: 2 })
      madeAt = Date.now()
    }
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const found = [v4, v6].flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    if (found.length === 0) throw v4.status === 'rejected' ? v4.reason : new Error(`no address for ${hostname}`)
    return found
  }
}

/** Looks a name up and leaves only what may be connected to, so the address judged is the address used. */
function guardedLookup(allow: AllowList, resolve: Resolve): LookupFunction {
  const cache = new Map<string, { at: number; addresses: Promise<string[]> }>()
  async function find(hostname: string): Promise<string[]> {
    const trusted = isAllowedName(hostname, allow)
    if (!trusted && allow.ranges.length === 0 && isInternalName(hostname)) throw new Refused('the host is not public')
    let entry = cache.get(hostname)
    if (entry === undefined || Date.now() - entry.at > DNS_CACHE_MS) {
      if (cache.size >= DNS_CACHE_MAX) cache.clear()
      entry = { at: Date.now(), addresses: resolve(hostname) }
      entry.addresses.catch(() => cache.delete(hostname))
      cache.set(hostname, entry)
    }
    const found = await entry.addresses
    const open = trusted ? found : found.filter((address) => mayConnect(address, allow))
    if (open.length === 0) throw new Refused('the host has no public address')
    return open
  }
  return (hostname, options, callback) => {
    find(hostname).then(
      (addresses) => {
        const entries = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
        const first = entries[0] as { address: string; family: number }
        if (options.all) callback(null, entries)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    )
  }
}

/**
 * Keep-alive connections that reach only what the guard lets through, whoever asks. Pools are not capped here:
 * the dispatcher's slots bound what is in flight for each target, so a hanging path of a host cannot use up the
 * connections of its other paths.
 */
export function guardedAgent(allow: AllowList, resolve: Resolve): Agent {
  const connect = buildConnector({
    timeout: CONNECT_MS,
    allowH2: false,
    lookup: guardedLookup(allow, resolve),
  } as buildConnector.BuildOptions)
  return new Agent({
    connect(options, callback) {
      const address = literalAddress(options.hostname)
      if (address !== null && !mayConnect(address, allow)) {
        callback(new Refused('the address is not public'), null)
        return
      }
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80)
      // What is private got here because the operator opened it.
      const opened = address === null ? isInternalName(options.hostname) : !mayConnect(address, NOTHING)
      if (!mayUsePort(port, opened || isAllowedName(options.hostname, allow))) {
        callback(new Refused(`port ${port} is not for web requests`), null)
        return
      }
      connect(options, callback)
    },
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // The total time-out of an attempt bounds both.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
