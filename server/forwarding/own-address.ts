/** Where this program answers, as far as it knows. */
export type OwnPlace = {
  /** Base of the links that people get; '' while it is not known. */
  publicUrl: string
  port: number
  /** HOST, and the addresses of this machine. */
  addresses: ReadonlySet<string>
}

const LOOPBACK =
  /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]|(.+\.)?localhost\.?)$/i

const portOf = (url: URL) => (url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port))
const bare = (hostname: string) => hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase()

/**
 * Whether a URL reaches this very program: posting to it would only come back as a repeat. A name that points here
 * without saying so is not known; its posts are answered as duplicates.
 */
export function isOwnAddress(text: string, own: OwnPlace): boolean {
  const url = URL.parse(text)
  if (url === null) return false
  const port = portOf(url)
  const shown = URL.parse(own.publicUrl)
  if (shown !== null && bare(shown.hostname) === bare(url.hostname) && portOf(shown) === port) return true
  const ports = shown !== null && LOOPBACK.test(shown.hostname) ? [own.port, portOf(shown)] : [own.port]
  return ports.includes(port) && (LOOPBACK.test(url.hostname) || own.addresses.has(bare(url.hostname)))
}
