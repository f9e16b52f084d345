import { type SigningKey, signingKey } from '#deliveries/index.ts'
import type { Destination } from './destinations/kinds.ts'
import type { Failing } from './health/stages.ts'
import type { Format } from './wire.ts'
import { WRITTEN, type Written } from './wire.ts'

/** A secret decoded once; wall milliseconds after which a rotated one counts no more. */
export type EndpointKey = { key: SigningKey; until: number | null }

/** What sending to a subscription needs. */
export type Endpoint = {
  id: string
  url: string
  /** Set where events go to a broker, and then nothing is signed. */
  destination: Destination | null
  /** For the attempt log, which says how the event was written. */
  summaries: Readonly<Record<Written, string>>
  format: Format
  keys: readonly EndpointKey[]
  /** Delays between attempts in milliseconds; undefined: the channel's. */
  schedule: readonly number[] | undefined
  /** Set when it is known to fail. */
  failing: Failing | null
}

/** A subscription as it is stored, with its secrets, the newest first. */
export type StoredEndpoint = {
  id: string
  url: string
  destination: Destination | null
  format: Format
  secrets: readonly { secret: string; until: number | null }[]
  delaysS: readonly number[] | null
  failing: Failing | null
}

const summaryOf = ({ url, destination }: StoredEndpoint, written: Written) =>
  destination === null ? `POST ${withoutQuery(url)} (${written})` : `PUBLISH ${url} (${written})`

export const endpointOf = (stored: StoredEndpoint): Endpoint => ({
  id: stored.id,
  url: stored.url,
  destination: stored.destination,
  summaries: Object.fromEntries(
    WRITTEN.map((written) => [written, summaryOf(stored, written)]),
  ) as Endpoint['summaries'],
  format: stored.format,
  keys: stored.secrets.map(({ secret, until }) => ({ key: signingKey(secret), until })),
  schedule: stored.delaysS?.map((seconds) => seconds * 1_000),
  failing: stored.failing,
})

/** A URL as others than its owner may see it: a query may hold tokens. */
export const withoutQuery = (url: string): string => url.split(/[?#]/, 1)[0] ?? ''

/** The keys to sign with: the newest, and those whose overlap is not over. */
export const validKeys = (endpoint: Endpoint, wall: number): SigningKey[] =>
  endpoint.keys.filter(({ until }) => until === null || until > wall).map(({ key }) => key)
