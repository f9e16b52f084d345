import ipaddr from 'ipaddr.js'
import { storable } from '#platform/storable.ts'

/** Says whether an address (as the socket gives it) lies in one of the networks. */
export type Networks = (address: string | undefined) => boolean

type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number]

function parseNetwork(network: string): Cidr {
  const cidr = network.includes('/') ? network : `${network}/${network.includes(':') ? 128 : 32}`
  try {
    return ipaddr.parseCIDR(cidr)
  } catch {
    throw new Error(
      `must be addresses or networks such as 10.0.0.0/8; ${JSON.stringify(storable(network, 100))} is neither`,
    )
  }
}

/**
 * @param networks addresses or CIDRs, IPv4 or IPv6; an IPv4 address inside IPv6 (`::ffff:10.0.0.1`) counts as IPv4
 * @throws Error naming the one that cannot be read
 */
export function createNetworks(networks: readonly string[]): Networks {
  if (networks.length === 0) return () => false
  const parsed = networks.map(parseNetwork)
  const known = new Map<string, boolean>()
  return (address) => {
    if (address === undefined) return false
    const before = known.get(address)
    if (before !== undefined) return before
    if (!ipaddr.isValid(address)) return false
    const own = ipaddr.process(address)
    const inside = parsed.some(([network, bits]) => own.kind() === network.kind() && own.match(network, bits))
    if (known.size >= 1_000) known.clear()
    known.set(address, inside)
    return inside
  }
}
