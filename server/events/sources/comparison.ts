import { dataOf } from '#events/cloudevents-out.ts'
import { differingFields } from '#events/sources/pair.ts'
import { readSaid, type Said } from '#events/sources/said.ts'
import type { StoredPair } from '#events/sources/store.ts'
import type { Db } from '#platform/work.ts'
import { type Comparison, compareWays, type Example, type RecordTable } from '#switches/index.ts'

const SIGHTINGS: RecordTable = {
  table: 'event_sighting',
  columns: { of: 'pair', way: 'system', key: 'key', at: 'seen_at', digest: 'digest', outcome: null },
}

/** An event of the comparison, by its names, and in which fields the two systems tell of it differently. */
export type SeenExample = { id: string; type: string; subject: string; at: string; fields?: string[] }

export type PairComparison = Omit<Comparison, 'only' | 'differing'> & {
  only: { [system: string]: { count: number; mayStillCome: number; examples: SeenExample[] } }
  differing: { count: number; fields: { [name: string]: number }; examples: SeenExample[] }
}

/** How the streams of the two systems compare; the leader is the first. */
export async function comparePair(
  db: Db,
  tenant: string,
  pair: StoredPair,
  window: { from: number; to: number },
  now: number,
): Promise<PairComparison> {
  const follower = pair.systems.find(({ name }) => name !== pair.leader)?.name ?? pair.leader
  const ways = [pair.leader, follower] as const
  const found = await compareWays(
    db,
    SIGHTINGS,
    { tenant, name: pair.id, ways },
    { ...window, graceMs: pair.windowMs },
    now,
  )
  const keys = [...Object.values(found.only), found.differing].flatMap(({ examples }) => examples.map(({ key }) => key))
  const said = await readSaid(db, tenant, pair.id, keys)
  const named = (examples: readonly Example[]) =>
    examples.flatMap(({ key, at }): SeenExample[] => {
      const known = said.get(key)?.[0]
      return known === undefined ? [] : [{ id: known.id, type: known.type, subject: known.subject, at }]
    })
  const differing = found.differing.examples.flatMap(({ key, at }): SeenExample[] => {
    const [one, other] = said.get(key) ?? []
    if (one === undefined) return []
    const { id, type, subject } = one
    return [{ id, type, subject, at, fields: other === undefined ? [] : fieldsOf(one, other) }]
  })
  const fields: { [name: string]: number } = {}
  for (const example of differing) for (const name of example.fields ?? []) fields[name] = (fields[name] ?? 0) + 1
  return {
    ...found,
    only: Object.fromEntries(
      Object.entries(found.only).map(([system, part]) => [system, { ...part, examples: named(part.examples) }]),
    ),
    differing: { count: found.differing.count, fields, examples: differing },
  }
}

function fieldsOf(one: Said, other: Said): string[] {
  const names =
    one.raw === null || other.raw === null
      ? []
      : differingFields(dataOf(one.form, one.raw), dataOf(other.form, other.raw))
  if (one.type !== other.type) names.unshift('(type)')
  if (one.subject !== other.subject) names.unshift('(subject)')
  return names
}
