import type { CanaryRow } from '#flows/canary/store.ts'
import { lookRow } from '#flows/entry/arrivals.ts'
import type { Graph } from '#flows/graph.ts'
import { looseText } from '#platform/loose-text.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

/** draft: never published. stopped: no event starts a run any more. */
export type FlowStatus = 'draft' | 'published' | 'stopped'
export const FLOW_STATUSES: readonly FlowStatus[] = ['draft', 'published', 'stopped']

export type FlowRow = {
  id: string
  name: string
  published: number | null
  revision: number
  createdAt: Date
  updatedAt: Date
}

const SHOWN = 'id, name, published, draft_revision as revision, created_at as "createdAt", updated_at as "updatedAt"'

/** @returns false when it is there already: made by the same request, whose answer was lost */
export async function insertFlow(tx: Tx, tenant: string, id: string, name: string, at: number): Promise<boolean> {
  const rows = await tx.query(
    `insert into flow (tenant, id, name, created_at, updated_at) values ($1, $2, $3, ${momentOf(4)}, ${momentOf(4)})
     on conflict do nothing returning 1`,
    [tenant, id, name, at],
  )
  return rows.length === 1
}

/** Whether there are runs of a flow, or the figures of some. */
export async function hasRun(db: Db, tenant: string, id: string): Promise<boolean> {
  const [row] = await db.query<{ ran: boolean }>(
    `select exists (select 1 from flow_run where tenant collate "C" = $1 and flow_id = $2)
       or exists (select 1 from flow_split where tenant collate "C" = $1 and flow_id = $2) as ran`,
    [tenant, id],
  )
  return row?.ran === true
}

/** What is kept of a flow that never ran, the flow itself last. */
const OF_A_FLOW = ['draft', 'case', 'canary', 'winner', 'watch', 'bulk', 'entry', 'entered', 'move', 'version'] as const

/** Deletes a flow and all that is kept of it; what waits its turn to begin a run goes as well. */
export async function deleteFlow(tx: Tx, tenant: string, id: string): Promise<void> {
  for (const part of OF_A_FLOW)
    await tx.query(`delete from flow_${part} where tenant = $1 and flow_id = $2`, [tenant, id])
  await tx.query('delete from flow where tenant = $1 and id = $2', [tenant, id])
}

/** What a list of flows is narrowed to. */
export type FlowFilter = {
  /** Words of the name. */
  q?: string | undefined
  status?: FlowStatus | undefined
}

const WAS_PUBLISHED = 'exists (select 1 from flow_version v where v.tenant = flow.tenant and v.flow_id = flow.id)'
const IS: Record<FlowStatus, string> = {
  published: 'published is not null',
  stopped: `published is null and ${WAS_PUBLISHED}`,
  draft: `published is null and not ${WAS_PUBLISHED}`,
}

/** The newest first. A tenant has thousands at most: what is narrowed is passed over in the order of flow_list. */
export async function listFlows(
  db: Db,
  tenant: string,
  { q, status }: FlowFilter,
  before: { at: string; id: string } | undefined,
  limit: number,
): Promise<FlowRow[]> {
  return db.query<FlowRow>(
    `select ${SHOWN} from flow
     where tenant = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
       and ($5::text is null or name ~ $5) and ${status === undefined ? 'true' : IS[status]}
     order by created_at desc, id desc limit $4`,
    [tenant, before?.at ?? null, before?.id ?? null, limit, q === undefined ? null : looseText(q)],
  )
}

/** Runs of a flow that are counted: enough to see how it does, at the same cost however many there are. */
export const COUNTED_RUNS = 200

export type FlowSummary = {
  id: string
  /** The newest version, published or not; null before the first. */
  latestVersion: number | null
  /** Of the newest runs. */
  waiting: number
  completed: number
  failed: number
  cancelled: number
  lastRunAt: Date | null
}

/** What lists show beside the flows themselves: one statement for all. `flow_run_list` serves the newest runs. */
export async function summariesOf(db: Db, tenant: string, ids: readonly string[]): Promise<Map<string, FlowSummary>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<FlowSummary>(
    `select wanted.id, v.version as "latestVersion", r.*
     from unnest($2::uuid[]) as wanted (id)
     left join lateral (
       select version from flow_version where tenant = $1 and flow_id = wanted.id order by version desc limit 1
     ) v on true
     cross join lateral (
       select count(*) filter (where status = 'waiting')::int as waiting,
         count(*) filter (where status = 'completed')::int as completed,
         count(*) filter (where status = 'failed')::int as failed,
         count(*) filter (where status = 'cancelled')::int as cancelled, max(started_at) as "lastRunAt"
       from (
         select status, started_at from flow_run where tenant collate "C" = $1 and flow_id = wanted.id
         order by started_at desc, id desc limit ${COUNTED_RUNS}
       ) newest
     ) r`,
    [tenant, ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

export type Draft = FlowRow & { draft: Graph | null }

/** @param lock keeps others from saving or publishing until the transaction ends */
export async function readFlow(db: Db, tenant: string, id: string, lock = false): Promise<Draft | undefined> {
  const [row] = await db.query<Draft>(
    `select ${SHOWN}, draft from flow where tenant = $1 and id = $2 ${lock ? 'for update' : ''}`,
    [tenant, id],
  )
  return row
}

/** Saves that are kept beside the draft itself: as many as two people who edit at once may be apart. */
export const KEPT_SAVES = 20

/** @returns the new revision */
export async function saveDraft(
  tx: Tx,
  tenant: string,
  id: string,
  save: { draft: Graph; name: string; by: string; at: number },
): Promise<number> {
  const draft = JSON.stringify(save.draft)
  const [row] = await tx.query<{ revision: number }>(
    `with saved as (
       update flow set draft = $3::json, name = $4, draft_revision = draft_revision + 1, updated_at = ${momentOf(5)}
       where tenant = $1 and id = $2 returning draft_revision as revision
     ), kept as (
       insert into flow_draft (tenant, flow_id, revision, graph, saved_by, saved_at)
       select $1, $2, revision, $3::json, $6, ${momentOf(5)} from saved
     ), dropped as (
       delete from flow_draft using saved
       where tenant = $1 and flow_id = $2 and flow_draft.revision <= saved.revision - ${KEPT_SAVES}
     )
     select revision from saved`,
    [tenant, id, draft, save.name, save.at, save.by],
  )
  return row?.revision ?? 0
}

export async function renameFlow(tx: Tx, tenant: string, id: string, name: string, at: number): Promise<void> {
  await tx.query(`update flow set name = $3, updated_at = ${momentOf(4)} where tenant = $1 and id = $2`, [
    tenant,
    id,
    name,
    at,
  ])
}

/** Takes the draft away. @returns the new revision */
export async function clearDraft(tx: Tx, tenant: string, id: string, at: number): Promise<number> {
  const [row] = await tx.query<{ revision: number }>(
    `update flow set draft = null, draft_revision = draft_revision + 1, updated_at = ${momentOf(3)}
     where tenant = $1 and id = $2 returning draft_revision as revision`,
    [tenant, id, at],
  )
  return row?.revision ?? 0
}

export type SavedDraft = { revision: number; graph: Graph; savedBy: string; savedAt: Date }

/** One of the latest saves; undefined when it is too long ago. */
export async function readSave(
  db: Db,
  tenant: string,
  flowId: string,
  revision: number,
): Promise<SavedDraft | undefined> {
  const [row] = await db.query<SavedDraft>(
    `select revision, graph, saved_by as "savedBy", saved_at as "savedAt" from flow_draft
     where tenant = $1 and flow_id = $2 and revision = $3`,
    [tenant, flowId, revision],
  )
  return row
}

export type NewVersion = {
  flowId: string
  /** Of the request that publishes it. */
  publication: string
  graph: Graph
  listens: readonly string[]
  note: string | null
  /** The version whose graph it repeats; null: the draft's. */
  fromVersion: number | null
  by: string
  at: number
}

/** Freezes a graph. @returns the version */
export async function insertVersion(tx: Tx, tenant: string, made: NewVersion): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    `insert into flow_version (tenant, flow_id, version, graph, listens, note, published_by, published_at, publication,
       from_version)
     select $1, $2, coalesce(max(version), 0) + 1, $3::json, $4::text[], $5, $6, ${momentOf(7)}, $8::uuid, $9
     from flow_version where tenant = $1 and flow_id = $2
     returning version`,
    [
      tenant,
      made.flowId,
      JSON.stringify(made.graph),
      made.listens,
      made.note,
      made.by,
      made.at,
      made.publication,
      made.fromVersion,
    ],
  )
  return row?.version ?? 0
}

/** Freezes a graph and makes it what new events run. @returns the version */
export async function publishVersion(tx: Tx, tenant: string, made: NewVersion): Promise<number> {
  const version = await insertVersion(tx, tenant, made)
  await setPublished(tx, tenant, made.flowId, version, made.at)
  return version
}

/** The version that a request made already, when its answer was lost. */
export async function versionOf(
  db: Db,
  tenant: string,
  flowId: string,
  publication: string,
): Promise<number | undefined> {
  const [row] = await db.query<{ version: number }>(
    'select version from flow_version where tenant = $1 and flow_id = $2 and publication = $3::uuid',
    [tenant, flowId, publication],
  )
  return row?.version
}

/** Every consumer sees what changed of the tenant's flows with its next batch. */
export function touchFlow(tx: Tx, tenant: string): void {
  void tx.query(
    `insert into flow_generation (tenant, generation) values ($1, 1)
     on conflict (tenant) do update set generation = flow_generation.generation + 1`,
    [tenant],
  )
}

/**
 * Makes a version that is there the one that new events run; null: none, and runs under way go on. What waits to begin
 * follows it at once: its turn by the version of before may be far away.
 */
export async function setPublished(
  tx: Tx,
  tenant: string,
  id: string,
  version: number | null,
  at: number,
): Promise<void> {
  await tx.query(`update flow set published = $3, updated_at = ${momentOf(4)} where tenant = $1 and id = $2`, [
    tenant,
    id,
    version,
    at,
  ])
  touchFlow(tx, tenant)
  tx.schedule([lookRow(tenant, { flowId: id, keys: [] }, 'published', at)])
}

export type VersionRow = {
  version: number
  note: string | null
  /** The version whose graph it repeats; null: it was the draft. */
  fromVersion: number | null
  publishedBy: string
  publishedAt: Date
  /** It was taken back. */
  undone: boolean
  /** What came of it as a canary; null: it was none. `endedAt` as answers show it. */
  canary:
    | (Pick<CanaryRow, 'state' | 'percent' | 'failed' | 'ended' | 'threshold' | 'endedBy'> & { endedAt: string | null })
    | null
}

const VERSION = `version, note, from_version as "fromVersion", published_by as "publishedBy",
  published_at as "publishedAt", exists (
    select from flow_move m where m.tenant = flow_version.tenant and m.flow_id = flow_version.flow_id
      and m.version = flow_version.version and m.state in ('undoing', 'undone')) as undone, (
    select json_build_object('state', c.state, 'percent', c.percent, 'failed', c.failed, 'ended', c.ended,
      'threshold', c.threshold, 'endedBy', c.ended_by,
      'endedAt', to_char(c.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from flow_canary c where c.tenant = flow_version.tenant and c.flow_id = flow_version.flow_id
      and c.version = flow_version.version) as canary`

export async function listVersions(
  db: Db,
  tenant: string,
  flowId: string,
  before: number | undefined,
  limit: number,
): Promise<VersionRow[]> {
  return db.query<VersionRow>(
    `select ${VERSION} from flow_version
     where tenant = $1 and flow_id = $2 and ($3::int is null or version < $3) order by version desc limit $4`,
    [tenant, flowId, before ?? null, limit],
  )
}

export async function readVersion(
  db: Db,
  tenant: string,
  flowId: string,
  version: number,
): Promise<(VersionRow & { graph: Graph }) | undefined> {
  const [row] = await db.query<VersionRow & { graph: Graph }>(
    `select ${VERSION}, graph from flow_version where tenant = $1 and flow_id = $2 and version = $3`,
    [tenant, flowId, version],
  )
  return row
}
