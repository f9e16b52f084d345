import { dataOf } from '#events/cloudevents-out.ts'
import { differingFields, fieldsIn } from '#events/sources/pair.ts'
import { type AllSaid, readSaid, type Said } from '#events/sources/said.ts'
import type { StoredPair } from '#events/sources/store.ts'
import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'
import { type Comparison, compareWays, type Example, type RecordTable } from '#switches/index.ts'

const SIGHTINGS: RecordTable = {
  table: 'event_sighting',
  columns: { of: 'pair', way: 'system', key: 'key', at: 'seen_at', digest: 'digest', outcome: null },
}

/** An event of the comparison, by its names, and in which fields the two systems tell of it differently, and how. */
export type SeenExample = {
  id: string
  type: string
  subject: string
  at: string
  /** Whether it was published. One that was not is only kept: there is no event of that id. */
  published: boolean
  fields?: string[]
  /** By field, what each system says; one that says nothing of it is absent. */
  values?: { [field: string]: { [system: string]: Json } }
}

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
      const known = said.get(key)
      return known === undefined ? [] : [exampleOf(known, at)]
    })
  const differing = found.differing.examples.flatMap(({ key, at }): SeenExample[] => {
    const known = said.get(key)
    if (known === undefined) return []
    const [one, other] = known
    if (other === undefined) return [{ ...exampleOf(known, at), fields: [] }]
    const fields = fieldsOf(one, other)
    return [{ ...exampleOf(known, at), fields, values: valuesOf(fields, one, other, ways) }]
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

/** Under the names that it has in the log, where it is there. */
function exampleOf(said: AllSaid, at: string): SeenExample {
  const { id, type, subject, system } = said.find((one) => one.system === null) ?? said[0]
  return { id, type, subject, at, published: system === null }
}

/** What each of the two says in these fields. What is in the log is from the one of which nothing is held. */
function valuesOf(fields: readonly string[], one: Said, other: Said, ways: readonly [string, string]) {
  const held = one.system ?? other.system
  const publisher = ways.find((way) => way !== held) ?? ''
  const sides = [one, other].map((said) => [said.system ?? publisher, membersOf(said)] as const)
  return Object.fromEntries(
    fields.map((field) => [
      field,
      Object.fromEntries(sides.flatMap(([system, members]) => (field in members ? [[system, members[field]]] : []))),
    ]),
  ) as { [field: string]: { [system: string]: Json } }
}

/** By the names that `fieldsOf` gives them. */
function membersOf({ type, subject, form, raw }: Said): { [field: string]: Json } {
  const data = raw === null ? {} : fieldsIn(dataOf(form, raw))
  return { ...data, '(type)': type, '(subject)': subject }
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
