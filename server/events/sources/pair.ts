import { hash } from 'node:crypto'
import type { EventDraft, Json } from '#platform/event.ts'
import { canonicalJson } from '#platform/http/idempotency.ts'
import type { Sender } from '#platform/service.ts'

/** How the events of a system are known; any one of these suffices. */
export type KnownBy = {
  /** Ids of API keys: the credential itself. */
  keys?: readonly string[]
  /** Users of the broker that brought them. */
  brokerUsers?: readonly string[]
  /** Headers of the message or the request; all of them must be there. */
  headers?: Readonly<Record<string, string>>
  /** `source` of CloudEvents; one that ends in `*` stands for all that begin so. */
  sources?: readonly string[]
}

export type System = { name: string; knownBy: KnownBy }

/** Two systems that tell of the same things, under the same ids. */
export type Pair = { id: string; namespace: string; systems: readonly System[] }

/** Who an event is from: found by the credential first, then by what the message says of itself. */
export type Recognizer = (event: EventDraft, sender: Sender | undefined) => { pair: Pair; system: string } | null

type Found = { pair: Pair; system: string }

/** Looks that cost nothing for whoever is in no pair. */
export function recognizer(pairs: readonly Pair[]): Recognizer | null {
  if (pairs.length === 0) return null
  const byKey = new Map<string, Found>()
  const byUser = new Map<string, Found>()
  const bySource = new Map<string, Found>()
  const byPrefix: [prefix: string, found: Found][] = []
  const byHeaders: [headers: [string, string][], found: Found][] = []
  for (const pair of pairs) {
    for (const { name, knownBy } of pair.systems) {
      const found = { pair, system: name }
      for (const key of knownBy.keys ?? []) byKey.set(`key:${key}`, found)
      for (const user of knownBy.brokerUsers ?? []) byUser.set(user, found)
      for (const source of knownBy.sources ?? []) {
        if (source.endsWith('*')) byPrefix.push([source.slice(0, -1), found])
        else bySource.set(source, found)
      }
      const headers = Object.entries(knownBy.headers ?? {})
      if (headers.length > 0) byHeaders.push([headers.map(([header, value]) => [header.toLowerCase(), value]), found])
    }
  }
  // The longest says most.
  byPrefix.sort(([a], [b]) => b.length - a.length)
  const headerOf = (sender: Sender, name: string) => {
    // HTTP gives them in lower case; brokers as they were written.
    const value =
      sender.headers?.[name] ??
      Object.entries(sender.headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1]
    return typeof value === 'object' || value === undefined ? undefined : String(value)
  }
  return (event, sender) => {
    if (sender !== undefined) {
      const own = byKey.get(sender.actor ?? '') ?? byUser.get(sender.brokerUser ?? '')
      if (own !== undefined) return own
      for (const [headers, found] of byHeaders) {
        if (headers.every(([name, value]) => headerOf(sender, name) === value)) return found
      }
    }
    if (event.form !== 'cloudevents') return null
    return bySource.get(event.source) ?? byPrefix.find(([prefix]) => event.source.startsWith(prefix))?.[1] ?? null
  }
}

/** The event as one of a pair: its id belongs to the pair's namespace, whoever of the two sent it. */
export const sighted = (event: EventDraft, { pair, system }: Found): EventDraft => ({
  ...event,
  source: pair.namespace,
  sighting: { pair: pair.id, system, digest: digestOf(event) },
})

/** Equal when two systems say the same of the same event, whatever the form, spacing and order of the fields. */
const digestOf = ({ type, subject, data }: EventDraft): string =>
  hash('sha256', canonicalJson([type, subject, data]), 'hex').slice(0, 32)

/** The fields of an event's data, at its first level. */
export const fieldsIn = (data: Json): { readonly [name: string]: Json } =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? data : { data }

/** The fields in which two events differ, at the first level of their data. */
export function differingFields(one: Json, other: Json): string[] {
  const [a, b] = [fieldsIn(one), fieldsIn(other)]
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].filter((name) => canonicalJson(a[name] ?? null) !== canonicalJson(b[name] ?? null)).sort()
}
