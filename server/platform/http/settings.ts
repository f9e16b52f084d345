import { createNetworks } from '#platform/http/networks.ts'
import { integer, list, type Setting } from '#platform/settings.ts'

const networks = (describe: string): Setting<readonly string[]> => {
  const texts = list(describe)
  return {
    ...texts,
    parse(value) {
      const parsed = texts.parse(value)
      createNetworks(parsed)
      return parsed
    },
  }
}

export const httpSettings = {
  CAUCE_TRUSTED_NETWORKS: networks(
    'Networks (CIDR, comma-separated) that may post events and read metrics without a key; the address is that of the connection, unless a trusted proxy tells another.',
  ),
  CAUCE_TRUSTED_PROXIES: networks(
    'Addresses or networks (CIDR, comma-separated) of the reverse proxies in front: of a request that comes through them the caller is the last address in X-Forwarded-For that is none of these. Unset, the header counts for nothing and all who come through a proxy share its address: its limit of failed logins too.',
  ),
  CAUCE_REQUESTS_PER_MINUTE: integer(
    'Requests one key or person may make on one route in a minute, counted by each node; 0: any number. Event intake is not counted.',
    1_200_000,
    { min: 0, max: 1_000_000_000 },
  ),
}
