import { type SigningKey, signingKey } from '#deliveries/index.ts'
import type { Format } from './subscription.ts'

/** A secret decoded once; wall milliseconds after which a rotated one counts no more. */
export type EndpointKey = { key: SigningKey; until: number | null }

/** What sending to an active subscription needs. */
export type Endpoint = {
  id: string
  url: string
  /** For the attempt log: a query may hold tokens of the receiver, so it is left out. */
  summary: string
  format: Format
  keys: readonly EndpointKey[]
}

/** A subscription as it is stored, with its secrets, the newest first. */
export type StoredEndpoint = {
  id: string
  url: string
  format: Format
  secrets: readonly { secret: string; until: number | null }[]
}

export const endpointOf = ({ id, url, format, secrets }: StoredEndpoint): Endpoint => ({
  id,
  url,
  summary: `POST ${url.split(/[?#]/, 1)[0]}`,
  format,
  keys: secrets.map(({ secret, until }) => ({ key: signingKey(secret), until })),
})

/** The keys to sign with: the newest, and those whose overlap is not over. */
export const validKeys = (endpoint: Endpoint, wall: number): SigningKey[] =>
  endpoint.keys.filter(({ until }) => until === null || until > wall).map(({ key }) => key)
