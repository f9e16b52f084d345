import { createNetworks, type Networks } from '#platform/http/networks.ts'

/** Each keeps up to a thousand addresses that it was asked for. */
const MOST_KEPT = 200

/** Reads lists of networks, each once as long as it is asked for: they are looked at with every message. */
export function networksRead(): (networks: readonly string[]) => Networks {
  const kept = new Map<string, Networks>()
  return (networks) => {
    const name = networks.join('\n')
    const known = kept.get(name)
    if (known !== undefined) return known
    const read = createNetworks(networks)
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(name, read)
    return read
  }
}
