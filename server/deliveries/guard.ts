import ipaddr from 'ipaddr.js'
import { type Fault, says } from '#platform/problem.ts'

/** What outgoing requests may reach although it is private: the operator's list, read once. */
export type AllowList = {
  ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][]
  names: ReadonlySet<string>
}

const MAX_URL = 2_048

/**
 * Ports that speak something else: the ones browsers refuse (Fetch standard, "bad port") as far as they matter to
 * a server, and stores and brokers that answer to lines of text.
 */
const BAD_PORTS = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 1883, 2049, 2181, 2375,
  2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 4369, 5060, 5061, 5432, 5671, 5672, 5984, 6000, 6379, 6566, 6665,
  6666, 6667, 6668, 6669, 6679, 6697, 8883, 9042, 9092, 9200, 9300, 10080, 10250, 11211, 11434, 15672, 25672, 27017,
])

/** Unicast on paper, but a cloud's own service: Azure's wire server, Oracle's and Alibaba's lie in private ranges. */
const SPECIAL = new Set(['168.63.129.16'])

/** @throws Error whose message completes "CAUCE_WEBHOOK_ALLOW …" */
export function readAllowList(items: readonly string[]): AllowList {
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = []
  const names = new Set<string>()
  for (const item of items) {
    if (item.includes('/')) {
      if (!ipaddr.isValidCIDR(item)) throw new Error(`has ${JSON.stringify(item)}, which is no CIDR`)
      ranges.push(ipaddr.parseCIDR(item))
    } else if (ipaddr.IPv4.isValidFourPartDecimal(item) || ipaddr.IPv6.isValid(item)) {
      const address = ipaddr.parse(item)
      ranges.push([address, address.kind() === 'ipv4' ? 32 : 128])
    } else if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(item) && !/^[\d.]+$/.test(item)) {
      names.add(item.toLowerCase())
    } else {
      throw new Error(`has ${JSON.stringify(item)}, which is neither an address, a CIDR nor a host name`)
    }
  }
  return { ranges, names }
}

/** True when requests may connect to this address (text form, no brackets, IPv4-mapped forms included). */
export function mayConnect(address: string, allow: AllowList): boolean {
  if (!ipaddr.isValid(address)) return false
  // An IPv4-mapped IPv6 address reaches the IPv4 host.
  const ip = ipaddr.process(address)
  if (allow.ranges.some(([range, bits]) => range.kind() === ip.kind() && ip.match([range, bits] as never))) return true
  // Everything that is not plain unicast is refused: private, loopback, link-local, multicast, and the tunnels
  // (6to4, Teredo, NAT64) that may hide such an address.
  if (ip.range() !== 'unicast' || SPECIAL.has(ip.toString())) return false
  // Of IPv6 only 2000::/3 is given out; the rest holds old forms (site-local, IPv4-compatible).
  return ip.kind() === 'ipv4' || ((ip as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1
}

/** The host of a parsed URL as an address, or null when it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return ipaddr.IPv6.isValid(bare) || ipaddr.IPv4.isValidFourPartDecimal(bare) ? bare : null
}

const withoutDot = (hostname: string) => (hostname.endsWith('.') ? hostname.slice(0, -1) : hostname).toLowerCase()

/** Names the operator listed are trusted whatever they resolve to. */
export const isAllowedName = (hostname: string, allow: AllowList): boolean => allow.names.has(withoutDot(hostname))

/** Names that no public DNS answers for: they are looked up only where the operator opened something private. */
export function isInternalName(hostname: string): boolean {
  const name = withoutDot(hostname)
  return !name.includes('.') || /\.(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa)$/.test(name)
}

/** True when the port may be called at this host. */
export const mayUsePort = (port: number, allowed: boolean): boolean => allowed || !BAD_PORTS.has(port)

/**
 * Judges a URL where somebody enters it: http(s), no user info, no address that is private as written. Names are
 * judged later, at each connection, on the address connected to.
 * @returns faults with the given path; none when the URL may be stored
 */
export function assertPublicUrl(text: string, allow: AllowList, path = 'url'): Fault[] {
  const fault = (en: string, es: string): Fault[] => [{ path, ...says(en, es) }]
  if (text.length > MAX_URL)
    return fault(`must have at most ${MAX_URL} characters`, `debe tener como máximo ${MAX_URL} caracteres`)
  // The parser drops tabs and line ends and turns a backslash into a slash: what a person reads is then not what
  // is called.
  if (hasControl(text) || text.includes('\\'))
    return fault(
      'must not have spaces, control characters or backslashes',
      'no debe tener espacios, caracteres de control ni barras invertidas',
    )
  // Without the slashes, or with more of them, the parser guesses.
  const url = /^[a-z]+:\/\/[^/]/i.test(text) ? URL.parse(text) : null
  if (url === null)
    return fault('must be an absolute URL', 'debe ser una dirección completa, como https://ejemplo.cl/eventos')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return fault('must be an http or https URL', 'debe empezar con http:// o https://')
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text))
    return fault('must not have a user name or password', 'no debe llevar usuario ni contraseña')
  const address = literalAddress(url.hostname)
  const allowed = isAllowed(url.hostname, address, allow)
  if (address !== null && !allowed && !mayConnect(address, allow))
    return fault('must not be a private address', 'no debe ser una dirección privada')
  if (/(^|\.)localhost\.?$/i.test(url.hostname) && !allowed)
    return fault('must not be this machine', 'no debe ser esta misma máquina')
  if (!mayUsePort(portOf(url), allowed))
    return fault(`must not use port ${portOf(url)}`, `no debe usar el puerto ${portOf(url)}`)
  return []
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code === 0x7f) return true
  }
  return false
}

const portOf = (url: URL): number => (url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port))

/** Explicitly opened by the operator, by name or by range. `localhost` counts as 127.0.0.1. */
function isAllowed(hostname: string, address: string | null, allow: AllowList): boolean {
  if (isAllowedName(hostname, allow)) return true
  const judged = address ?? (/(^|\.)localhost\.?$/i.test(hostname) ? '127.0.0.1' : null)
  if (judged === null) return false
  const ip = ipaddr.process(judged)
  return allow.ranges.some(([range, bits]) => range.kind() === ip.kind() && ip.match([range, bits] as never))
}
