import { deletePortion, type Purged } from '#platform/purge.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

/** A silence that was noticed; `at` is domain milliseconds. */
export type Noticed = {
  tenant: string
  encounterId: string
  silence: string
  position: number
  queueId: string | null
  brand: string | null
  service: string | null
  channel: string | null
  at: number
  /** The event says what was written to the person. */
  warned: boolean
}

const NOTICED = `insert into recovery as r (tenant, encounter_id, silence, position, queue_id, brand, service, channel,
  detected_at, warned_at)
select distinct on (tenant, encounter, silence) tenant, encounter, silence, position, queue, brand, service, channel,
  to_timestamp(at / 1000), case when warned then to_timestamp(at / 1000) end
from jsonb_to_recordset($1::jsonb) as n (tenant text, encounter text, silence text, position bigint, queue text, brand text,
  service text, channel text, at double precision, warned boolean)
order by tenant, encounter, silence, position
on conflict (tenant, encounter_id, silence) do update set
  position = least(r.position, excluded.position), queue_id = coalesce(r.queue_id, excluded.queue_id),
  brand = coalesce(r.brand, excluded.brand), service = coalesce(r.service, excluded.service),
  channel = coalesce(r.channel, excluded.channel), detected_at = least(r.detected_at, excluded.detected_at),
  warned_at = coalesce(r.warned_at, excluded.warned_at)`

/** Notes silences; one that is told of again, or that a flow took up before, is the same one. */
export function noteNoticed(tx: Tx, rows: readonly Noticed[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ encounterId, queueId, ...row }) => ({ ...row, encounter: encounterId, queue: queueId }))
  void tx.query(NOTICED, [JSON.stringify(named)])
}

/** A flow takes up a silence. */
export type TakenUp = {
  tenant: string
  encounterId: string
  silence: string
  position: number
  flowId: string
  version: number
  runId: string
  at: number
}

const TAKEN_UP = `insert into recovery as r (tenant, encounter_id, silence, position, flow_id, version, run_id, detected_at)
select distinct on (tenant, encounter, silence) tenant, encounter, silence, position, flow, version, run,
  to_timestamp(at / 1000)
from jsonb_to_recordset($1::jsonb) as t (tenant text, encounter text, silence text, position bigint, flow uuid,
  version int, run uuid, at double precision)
order by tenant, encounter, silence, position, flow
on conflict (tenant, encounter_id, silence) do update set
  flow_id = excluded.flow_id, version = excluded.version, run_id = excluded.run_id
where r.run_id is null`

/** Notes which flow took silences up; of several the first. May come before the silence itself is noted. */
export function noteTakenUp(tx: Tx, rows: readonly TakenUp[]): void {
  if (rows.length === 0) return
  const named = rows.map(({ encounterId, flowId, runId, ...row }) => ({
    ...row,
    encounter: encounterId,
    flow: flowId,
    run: runId,
  }))
  void tx.query(TAKEN_UP, [JSON.stringify(named)])
}

/** A run said something to the person; `delivered`: it was taken. */
export type Told = { tenant: string; runId: string; at: number; delivered: boolean }

// `tenant || '' = tenant` tells the planner of a short list: planned while the table was empty it would else read the whole
// table for each of these.
const TOLD = `with wanted as (
  select tenant, run, to_timestamp(min(at) / 1000) as at, bool_or(delivered) as delivered
  from jsonb_to_recordset($1::jsonb) as w (tenant text, run uuid, at double precision, delivered boolean)
  where tenant || '' = tenant
  group by tenant, run
), held as (
  select r.tenant, r.encounter_id, r.silence, w.at, w.delivered
  from wanted w join recovery r on r.run_id = w.run and r.tenant || '' = w.tenant
  where r.warned_at is null or (w.delivered and r.delivered_at is null)
  order by r.tenant, r.encounter_id, r.silence
  for update of r
)
update recovery r set warned_at = coalesce(r.warned_at, h.at),
  delivered_at = case when h.delivered then coalesce(r.delivered_at, h.at) else r.delivered_at end
from held h where r.tenant = h.tenant and r.encounter_id = h.encounter_id and r.silence = h.silence`

/** Notes what runs said because of silences. Of runs that no silence began it notes nothing. */
export function noteTold(tx: Tx, rows: readonly Told[]): void {
  if (rows.length === 0) return
  void tx.query(TOLD, [JSON.stringify(rows.map(({ runId, ...row }) => ({ ...row, run: runId })))])
}

/** What happened in a conversation behind a warning. */
export type Happened = {
  tenant: string
  encounterId: string
  what: 'followed' | 'recovered' | 'closed'
  position: number
  at: number
}

// It is about the latest silence that was told of before it; who came back is not closed in silence any more.
const HAPPENED = `with wanted as (
  select * from jsonb_to_recordset($1::jsonb) as w (tenant text, encounter text, what text, position bigint,
    at double precision)
), found as (
  select r.tenant, r.encounter_id, r.silence,
    min(w.at) filter (where w.what = 'followed') as followed,
    min(w.at) filter (where w.what = 'recovered') as recovered,
    min(w.at) filter (where w.what = 'closed') as closed
  from wanted w cross join lateral (
    select tenant, encounter_id, silence from recovery
    where tenant = w.tenant and encounter_id = w.encounter and position < w.position
    order by position desc limit 1) r
  group by r.tenant, r.encounter_id, r.silence
), held as (
  select r.tenant, r.encounter_id, r.silence, to_timestamp(f.followed / 1000) as followed,
    to_timestamp(f.recovered / 1000) as recovered, to_timestamp(f.closed / 1000) as closed
  from found f join recovery r on r.tenant = f.tenant and r.encounter_id = f.encounter_id and r.silence = f.silence
  order by r.tenant, r.encounter_id, r.silence
  for update of r
)
update recovery r set
  followed_at = coalesce(r.followed_at, h.followed),
  recovered_at = case when r.closed_at is null and (h.closed is null or h.recovered <= h.closed)
    then coalesce(r.recovered_at, h.recovered) else r.recovered_at end,
  closed_at = case when r.recovered_at is null and (h.recovered is null or h.closed < h.recovered)
    then coalesce(r.closed_at, h.closed) else r.closed_at end
from held h where r.tenant = h.tenant and r.encounter_id = h.encounter_id and r.silence = h.silence`

/** Notes what happened behind warnings, each thing the first time. */
export function noteHappened(tx: Tx, rows: readonly Happened[]): void {
  if (rows.length === 0) return
  void tx.query(HAPPENED, [JSON.stringify(rows.map(({ encounterId, ...row }) => ({ ...row, encounter: encounterId })))])
}

/** Forgets silences of a tenant that were noticed before a moment. Served by recovery_period. */
export async function purgeSilences(tx: Tx, tenant: string, before: number, portion: number): Promise<Purged> {
  const which = `tenant collate "C" = $1 and detected_at < ${momentOf(2)} order by detected_at`
  const gone = await deletePortion(tx, 'recovery', which, [tenant, before], portion)
  const left = await tx.query('select 1 from recovery where tenant = $1 limit 1', [tenant])
  return { gone, left: left.length > 0 }
}

/** What a funnel can be told apart by. */
export const GROUPS = ['queue', 'brand', 'service', 'channel', 'flow', 'day'] as const
export type Group = (typeof GROUPS)[number]
/** What may not be known of a silence, or not be there. */
export const UNKNOWNS = ['queue', 'brand', 'service', 'channel', 'flow'] as const

export type FunnelWanted = {
  from: number
  to: number
  by: Group | null
  queue?: string
  brand?: string
  service?: string
  channel?: string
  flow?: string
  version?: number
  without?: (typeof UNKNOWNS)[number]
}

export type FunnelRow = {
  key: string | null
  version: number | null
  detected: number
  warned: number
  delivered: number
  followed: number
  recovered: number
  closed: number
  medianMs: number | null
  p90Ms: number | null
}

/** What silences are grouped by, and how that is shown: a text is made for each group, not for each row. */
const KEYS: { readonly [by in Group]: { of: string; shown: string } } = {
  queue: { of: 'queue_id', shown: 'key' },
  brand: { of: 'brand', shown: 'key' },
  service: { of: 'service', shown: 'key' },
  channel: { of: 'channel', shown: 'key' },
  flow: { of: 'flow_id', shown: 'key::text' },
  day: { of: `(detected_at at time zone 'UTC')::date`, shown: `to_char(key, 'YYYY-MM-DD')` },
}
const ALL = { of: 'null::text', shown: 'key' }

/** Silences that a report looks at: the newest of its period. */
export const MOST_SILENCES = 1_000_000
/** Groups of one answer: those with most silences. */
export const MOST_GROUPS = 400

/** Which silences a report tells of; binds its values as $1 to $9. */
const wantedBy = ({
  without,
}: Pick<
  FunnelWanted,
  'without'
>) => `tenant collate "C" = $1 and detected_at >= ${momentOf(2)} and detected_at < ${momentOf(3)}
         and ($4::text is null or queue_id = $4) and ($5::text is null or brand = $5)
         and ($6::text is null or service = $6) and ($7::text is null or channel = $7)
         and ($8::uuid is null or flow_id = $8) and ($9::int is null or version = $9)
         ${without === undefined ? '' : `and ${KEYS[without].of} is null`}`
const valuesOf = (
  tenant: string,
  { from, to, queue, brand, service, channel, flow, version }: Omit<FunnelWanted, 'by'>,
) => [tenant, from, to, queue, brand, service, channel, flow, version].map((value) => value ?? null)

/** What became of the silences of a period. Served by recovery_period. */
export async function readFunnel(
  db: Db,
  tenant: string,
  { by, ...wanted }: FunnelWanted,
): Promise<{ silences: number; rows: FunnelRow[] }> {
  const key = by === null ? ALL : KEYS[by]
  const ofVersion = by === 'flow' ? 'version' : 'null::int'
  // Counted by hashing and, apart, timed by sorting those who came back: to sort all of them would take twice as long. The two
  // are put together by group once more, as a join that may not hash would compare each group with each.
  const rows = await db.query<FunnelRow & { silences: number }>(
    `with silences as materialized (
       select ${key.of} as key, ${ofVersion} as version, warned_at is not null as warned, delivered_at is not null as delivered,
         followed_at is not null as followed, closed_at is not null as closed,
         date_part('epoch', recovered_at - detected_at) * 1000 as ms
       from recovery
       where ${wantedBy(wanted)}
       order by detected_at desc limit ${MOST_SILENCES}),
     parts as (
       select key, version, count(*) as detected, count(*) filter (where warned) as warned,
         count(*) filter (where delivered) as delivered, count(*) filter (where followed) as followed,
         count(ms) as recovered, count(*) filter (where closed) as closed, null::float8[] as times
       from silences group by key, version
       union all
       select key, version, 0, 0, 0, 0, 0, 0, percentile_disc(array[0.5, 0.9]) within group (order by ms)
       from silences where ms is not null group by key, version)
     select ${key.shown} as key, version, (sum(sum(detected)) over ())::int as silences, sum(detected)::int as detected,
       sum(warned)::int as warned, sum(delivered)::int as delivered, sum(followed)::int as followed,
       sum(recovered)::int as recovered, sum(closed)::int as closed, round((max(times))[1]) as "medianMs", round((max(times))[2]) as "p90Ms"
     from parts group by parts.key, version order by sum(detected) desc, parts.key, version limit ${MOST_GROUPS}`,
    valuesOf(tenant, wanted),
  )
  return {
    silences: rows[0]?.silences ?? 0,
    rows: rows.map(({ silences: _silences, ...row }) => row),
  }
}

/** What became of a silence, each stage a count of the funnel. */
export const STAGES = ['warned', 'delivered', 'followed', 'recovered', 'closed'] as const
export type Stage = (typeof STAGES)[number]

export type Silence = {
  encounterId: string
  silence: string
  queueId: string | null
  brand: string | null
  service: string | null
  channel: string | null
  flowId: string | null
  version: number | null
  runId: string | null
  detectedAt: Date
  warnedAt: Date | null
  deliveredAt: Date | null
  followedAt: Date | null
  recoveredAt: Date | null
  closedAt: Date | null
}

/** Where a page of silences goes on: behind this one. `at` is PostgreSQL's own text, which no rounding spoils. */
export type SilencePlace = readonly [at: string, encounterId: string, silence: string]

/** The silences behind a figure, the newest first. Served by recovery_period. */
export async function listSilences(
  db: Db,
  tenant: string,
  { stage, ...wanted }: Omit<FunnelWanted, 'by'> & { stage: Stage | null },
  after: SilencePlace | undefined,
  limit: number,
): Promise<(Silence & { at: string })[]> {
  return db.query(
    `select encounter_id as "encounterId", silence, queue_id as "queueId", brand, service, channel, flow_id::text as "flowId", version,
       run_id::text as "runId", detected_at as "detectedAt", warned_at as "warnedAt", delivered_at as "deliveredAt",
       followed_at as "followedAt", recovered_at as "recoveredAt", closed_at as "closedAt", detected_at::text as at
     from recovery where ${wantedBy(wanted)}
       and ($10::text is null or (detected_at, encounter_id, silence) < ($10::timestamptz, $11, $12))
       ${stage === null ? '' : `and ${stage}_at is not null`}
     order by detected_at desc, encounter_id desc, silence desc limit $13`,
    [...valuesOf(tenant, wanted), ...(after ?? [null, null, null]), limit],
  )
}
