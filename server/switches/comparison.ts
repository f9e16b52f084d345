import type { Db } from '#platform/work.ts'

/**
 * Where the records of two ways lie: names of our own, never of a caller. Keyed by tenant, of, way and key; an index
 * over `tenant collate "C"`, of and at finds a window of time.
 */
export type RecordTable = {
  table: string
  /** Columns: what is compared, the way, the thing, when, what it came to. */
  columns: { of: string; way: string; key: string; at: string; digest: string; outcome: string | null }
}

export type Window = {
  /** Wall ms. */
  from: number
  to: number
  /** What only one way has, and has it since less than this, may still come on the other. */
  graceMs: number
}

export type Comparison = {
  from: string
  to: string
  /** More than `MAX_KEYS` things were seen: the oldest of them are compared. */
  truncated: boolean
  ways: { [way: string]: number }
  both: number
  only: { [way: string]: { count: number; mayStillCome: number; examples: Example[] } }
  differing: { count: number; examples: Example[] }
  /** How much later the second way is than the first (ms; negative: earlier); null when nothing went both ways. */
  lagMs: { p50: number; p95: number; p99: number; min: number; max: number } | null
  /** Nothing went one way only but what may still come, and nothing differs. */
  agree: boolean
}

export type Example = { key: string; at: string; outcomes?: { [way: string]: string } }

export const MAX_KEYS = 200_000
const MAX_EXAMPLES = 20

type Counts = {
  keys: number
  first: number
  second: number
  both: number
  only_first: number
  only_second: number
  recent_first: number
  recent_second: number
  differing: number
  lags: [p50: number, p95: number, p99: number] | null
  least: number | null
  most: number | null
}

/** Both records of everything that either way saw in the window, wherever the other one lies. */
function pairsOf({ table, columns: c }: RecordTable): string {
  // Each by its key: a join could, by a plan of an empty table, walk all records of a way for each of them.
  const side = (name: string, way: string) =>
    `left join lateral (
       select * from ${table} where tenant = $1 and ${c.of} = $2 and ${c.way} = ${way} and ${c.key} = k.key offset 0) ${name}
     on true`
  const outcome = (name: string) => (c.outcome === null ? `null::text` : `${name}.${c.outcome}`)
  return `with keys as (
      select key, min(at) as at from (
        select ${c.key} as key, ${c.at} as at from ${table}
        where tenant collate "C" = $1 and ${c.of} = $2 and ${c.at} >= to_timestamp($5::double precision / 1000)
          and ${c.at} < to_timestamp($6::double precision / 1000)
        order by ${c.at} limit ${2 * MAX_KEYS + 1}) seen
      group by key order by min(at) limit ${MAX_KEYS + 1}
    ), pairs as (
      select k.key, a.${c.at} as a_at, b.${c.at} as b_at, ${outcome('a')} as a_outcome, ${outcome('b')} as b_outcome,
        a.${c.at} is not null and b.${c.at} is not null
          and (a.${c.digest} is distinct from b.${c.digest} or ${outcome('a')} is distinct from ${outcome('b')}) as differs
      from keys k ${side('a', '$3')} ${side('b', '$4')}
    )`
}

/**
 * What two ways made of the same things in a window of time.
 * @param ways the first is the one that has been in effect
 * @param now wall ms
 */
export async function compareWays(
  db: Db,
  records: RecordTable,
  of: { tenant: string; name: string; ways: readonly [string, string] },
  { from, to, graceMs }: Window,
  now: number,
): Promise<Comparison> {
  const [first, second] = of.ways
  const values = [of.tenant, of.name, first, second, from, to]
  const pairs = pairsOf(records)
  const [row] = await db.query<Counts>(
    `${pairs} select count(*)::int as keys, count(a_at)::int as first, count(b_at)::int as second,
       count(*) filter (where a_at is not null and b_at is not null)::int as both,
       count(*) filter (where b_at is null)::int as only_first, count(*) filter (where a_at is null)::int as only_second,
       count(*) filter (where b_at is null and a_at > to_timestamp($7::double precision / 1000))::int as recent_first,
       count(*) filter (where a_at is null and b_at > to_timestamp($7::double precision / 1000))::int as recent_second,
       count(*) filter (where differs)::int as differing,
       percentile_cont(array[0.5, 0.95, 0.99]) within group (order by extract(epoch from b_at - a_at)::double precision * 1000)
         filter (where a_at is not null and b_at is not null) as lags,
       min(extract(epoch from b_at - a_at)::double precision * 1000) as least,
       max(extract(epoch from b_at - a_at)::double precision * 1000) as most
     from pairs`,
    [...values, now - graceMs],
  )
  const counts = row as Counts
  const examples = async (where: string): Promise<Example[]> => {
    const found = await db.query<{ key: string; at: Date; a: string | null; b: string | null }>(
      `${pairs} select key, coalesce(a_at, b_at) as at, a_outcome as a, b_outcome as b from pairs where ${where}
       order by coalesce(a_at, b_at) limit ${MAX_EXAMPLES}`,
      values,
    )
    return found.map(({ key, at, a, b }) => ({
      key,
      at: at.toISOString(),
      ...(a === null && b === null
        ? {}
        : { outcomes: { ...(a === null ? {} : { [first]: a }), ...(b === null ? {} : { [second]: b }) } }),
    }))
  }
  const onlyFirst = counts.only_first === 0 ? [] : await examples('b_at is null')
  const onlySecond = counts.only_second === 0 ? [] : await examples('a_at is null')
  const differing = counts.differing === 0 ? [] : await examples('differs')
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    truncated: counts.keys > MAX_KEYS,
    ways: { [first]: counts.first, [second]: counts.second },
    both: counts.both,
    only: {
      [first]: { count: counts.only_first, mayStillCome: counts.recent_first, examples: onlyFirst },
      [second]: { count: counts.only_second, mayStillCome: counts.recent_second, examples: onlySecond },
    },
    differing: { count: counts.differing, examples: differing },
    lagMs: lagOf(counts),
    agree:
      counts.only_first === counts.recent_first &&
      counts.only_second === counts.recent_second &&
      counts.differing === 0,
  }
}

function lagOf({ lags, least, most }: Counts): Comparison['lagMs'] {
  if (lags === null || least === null || most === null) return null
  const [p50, p95, p99] = lags.map(Math.round) as [number, number, number]
  return { p50, p95, p99, min: Math.round(least), max: Math.round(most) }
}
