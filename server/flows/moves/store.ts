import type { StepMap } from '#flows/passage.ts'
import { PLACES, stepAt } from '#flows/places.ts'
import type { Step } from '#flows/run.ts'
import type { Posture } from '#flows/staying.ts'
import type { Sentence } from '#platform/sentence.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'

export type Choice = 'stay' | 'move' | 'stop'
export type MoveState = 'moving' | 'moved' | 'undoing' | 'undone' | 'closed'

/** So many runs, for the same reason. */
export type Why = { says: Sentence; runs: number }

export type MoveRow = {
  tenant: string
  flowId: string
  version: number
  choice: Choice
  map: StepMap
  perMinute: number
  previous: number | null
  state: MoveState
  total: number
  moved: number
  paced: number
  stopped: number
  kept: number
  restored: number
  /** Why runs were kept, or did not come back. */
  why: Why[]
  after: string | null
  pass: number
  pacedUntil: Date | null
  startedBy: string
  startedAt: Date
  endedAt: Date | null
  undoUntil: Date
}

const COLUMNS = `tenant, flow_id as "flowId", version, choice, map, per_minute as "perMinute", previous, state, total, moved,
  paced, stopped, kept, restored, why, after, pass, paced_until as "pacedUntil", started_by as "startedBy",
  started_at as "startedAt", ended_at as "endedAt", undo_until as "undoUntil"`

type Begun = Pick<
  MoveRow,
  'flowId' | 'version' | 'choice' | 'map' | 'perMinute' | 'previous' | 'state' | 'startedBy'
> & {
  at: number
  undoUntil: number
}

/** What was published before can be taken back no more, and moves no more runs. @returns the versions it holds for */
export async function closeMoves(tx: Tx, tenant: string, flowId: string): Promise<number[]> {
  const rows = await tx.query<{ version: number }>(
    `update flow_move set state = 'closed' where tenant = $1 and flow_id = $2 and state in ('moving', 'moved')
     returning version`,
    [tenant, flowId],
  )
  return rows.map(({ version }) => version)
}

/** Notes what a publish does to the runs of other versions, and counts them. */
export async function beginMove(tx: Tx, tenant: string, begun: Begun): Promise<MoveRow> {
  const [row] = await tx.query<MoveRow>(
    `insert into flow_move (tenant, flow_id, version, choice, map, per_minute, previous, state, total, started_by,
       started_at, undo_until)
     select $1, $2, $3, $4, $5::jsonb, $6, $7, $8, (
       select count(*) from flow_run
       where tenant collate "C" = $1 and flow_id = $2 and status = 'waiting' and version <> $3
     ), $9, ${momentOf(10)}, ${momentOf(11)}
     returning ${COLUMNS}`,
    [
      tenant,
      begun.flowId,
      begun.version,
      begun.choice,
      JSON.stringify(begun.map),
      begun.perMinute,
      begun.previous,
      begun.state,
      begun.startedBy,
      begun.at,
      begun.undoUntil,
    ],
  )
  return row as MoveRow
}

const LOCKS = { none: '', wait: 'for update', free: 'for update skip locked' }

/**
 * @param lock keeps others from changing it until the transaction ends: `wait` waits for whoever does, `free` takes it
 * only where nobody does
 */
export async function readMove(
  db: Db,
  tenant: string,
  flowId: string,
  version: number,
  lock: keyof typeof LOCKS = 'none',
): Promise<MoveRow | undefined> {
  const [row] = await db.query<MoveRow>(
    `select ${COLUMNS} from flow_move where tenant = $1 and flow_id = $2 and version = $3 ${LOCKS[lock]}`,
    [tenant, flowId, version],
  )
  return row
}

/** Of some versions those whose publish is being taken back just now. */
export const undoingAmong = (
  db: Db,
  versions: readonly { tenant: string; flowId: string; version: number }[],
): Promise<{ tenant: string; flowId: string; version: number }[]> =>
  db.query(
    `select m.tenant, m.flow_id as "flowId", m.version from flow_move m
     join jsonb_to_recordset($1::jsonb) as w (tenant text, "flowId" uuid, version int)
       on m.tenant = w.tenant and m.flow_id = w."flowId" and m.version = w.version
     where m.state = 'undoing'`,
    [JSON.stringify(versions)],
  )

/** Writes how far a move has come. */
export function saveMove(tx: Tx, row: MoveRow): void {
  void tx.query(
    `update flow_move set state = $4, moved = $5, paced = $6, stopped = $7, kept = $8, restored = $9, after = $10,
       pass = $11, paced_until = $12, ended_at = $13, why = $14::jsonb
     where tenant = $1 and flow_id = $2 and version = $3`,
    [
      row.tenant,
      row.flowId,
      row.version,
      row.state,
      row.moved,
      row.paced,
      row.stopped,
      row.kept,
      row.restored,
      row.after,
      row.pass,
      row.pacedUntil,
      row.endedAt,
      JSON.stringify(row.why),
    ],
  )
}

export type Kept = { runId: string; fromVersion: number; state: string; revision: number }

/**
 * Keeps runs as they were, so that a move can be taken back: before the move writes anything of them. `revision` is the one that
 * it leads to.
 */
export function keepRuns(tx: Tx, { tenant, flowId, version }: MoveRow, kept: readonly Kept[]): void {
  if (kept.length === 0) return
  void tx.query(
    `insert into flow_move_run (tenant, flow_id, version, run_id, from_version, state, revision, steps_length)
     select $1, $2, $3, k."runId", k."fromVersion", k.state, k.revision, length(r.steps)
     from jsonb_to_recordset($4::jsonb) as k ("runId" uuid, "fromVersion" int, state text, revision int)
     join flow_run r on r.tenant = $1 and r.id = k."runId"
     on conflict (tenant, flow_id, version, run_id)
     do update set from_version = excluded.from_version, state = excluded.state, revision = excluded.revision,
       steps_length = excluded.steps_length`,
    [tenant, flowId, version, JSON.stringify(kept)],
  )
}

/** A run that is to go back: as it was, and as it is now; `revision` is the one that the move led to. */
export type Back = {
  runId: string
  fromVersion: number
  before: string
  now: string
  revision: number
  /** Of the timeline in the run's own row, before the move; null: not known. */
  stepsLength: number | null
  /** What its timeline has more since; null: nothing has happened to it. */
  since: Step[] | null
}

/** The next runs of a move that have not gone back yet, locked with their rows. */
export async function lockBack(tx: Tx, { tenant, flowId, version, after }: MoveRow, limit: number): Promise<Back[]> {
  const rows = await tx.query<Omit<Back, 'since'> & { inRow: string; apart: string[] | null }>(
    `select k.run_id as "runId", k.from_version as "fromVersion", k.state as before, r.state as now,
       k.revision, k.steps_length as "stepsLength",
       case when length(r.steps) > k.steps_length then '[' || substr(r.steps, k.steps_length + 1) else '[]' end as "inRow",
       case when r.revision <> k.revision then array(
         select s.steps from flow_step s where s.tenant = r.tenant and s.run_id = r.id and s.revision >= k.revision) end as apart
     from flow_move_run k join flow_run r on r.tenant = k.tenant and r.id = k.run_id
     where k.tenant = $1 and k.flow_id = $2 and k.version = $3 and ($4::uuid is null or k.run_id > $4)
     order by k.run_id limit $5 for update`,
    [tenant, flowId, version, after, limit],
  )
  return rows.map(({ inRow, apart, ...row }) => ({
    ...row,
    since: apart === null ? null : [inRow, ...apart].flatMap((steps) => JSON.parse(steps) as Step[]),
  }))
}

/**
 * Runs become again what they were, and so do their timelines. One whose key another run has taken meanwhile stays stopped.
 * @returns the ids of those that did
 */
export async function restoreRuns(tx: Tx, tenant: string, backs: readonly Back[]): Promise<ReadonlySet<string>> {
  if (backs.length === 0) return new Set()
  const rows = await tx.query<{ id: string }>(
    `with restored as (
       update flow_run r set version = b."fromVersion", state = b.before, status = 'waiting', ended_at = null,
         outcome = null, revision = r.revision + 1,
         steps = case when length(r.steps) > b."stepsLength" then left(r.steps, b."stepsLength" - 1) || ']' else r.steps end
       from jsonb_to_recordset($2::jsonb) as b ("runId" uuid, "fromVersion" int, before text, "stepsLength" int)
       where r.tenant = $1 and r.id = b."runId" and (r.status = 'waiting' or r.key is null or not exists (
         select from flow_run other
         where other.key = r.key and other.flow_id = r.flow_id and other.tenant || '' = r.tenant and other.slot = r.slot
           and other.status = 'waiting'))
       returning r.id
     ), gone as (
       delete from flow_step s using restored
       join jsonb_to_recordset($2::jsonb) as b ("runId" uuid, revision int) on b."runId" = restored.id
       where s.tenant = $1 and s.run_id = restored.id and s.revision >= b.revision
     )
     select id from restored`,
    [tenant, JSON.stringify(backs.map(({ now: _now, since: _since, ...back }) => back))],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Forgets how runs were before a move, some at a time. @returns whether there may be more */
export async function forgetRuns(tx: Tx, tenant: string, flowId: string, version: number): Promise<boolean> {
  const rows = await tx.query(
    `delete from flow_move_run where tenant = $1 and ctid = any(array(
       select ctid from flow_move_run where tenant = $1 and flow_id = $2 and version = $3 limit ${FORGOTTEN}))
     returning 1`,
    [tenant, flowId, version],
  )
  return rows.length === FORGOTTEN
}
const FORGOTTEN = 5_000

/** Versions of a flow by which runs wait. Served by flow_run_standing, and reads nothing of the runs. */
export async function versionsInUse(db: Db, tenant: string, flowId: string): Promise<number[]> {
  const rows = await db.query<{ version: number }>(
    `select distinct version from flow_run where tenant collate "C" = $1 and flow_id = $2 and status = 'waiting'`,
    [tenant, flowId],
  )
  return rows.map(({ version }) => version)
}

/** Steps that no version of the flow has, of those named. Reads every version. */
export async function stepsNowhere(
  db: Db,
  tenant: string,
  flowId: string,
  named: readonly string[],
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from json_array_elements_text($3::json) id
     where not exists (
       select from flow_version, json_array_elements(graph->'nodes') node
       where tenant = $1 and flow_id = $2 and node->>'id' = id
     )`,
    [tenant, flowId, JSON.stringify(named)],
  )
  return rows.map(({ id }) => id)
}

/** So many runs of a version that stand in the same way. */
export type Standing = Posture & { version: number; runs: number }

/**
 * How the runs of a flow stand that wait. Reads each of them once; what few have (branches, loops, undoing) is looked for only in
 * texts in which it may be.
 */
export async function standingRuns(db: Db, tenant: string, flowId: string): Promise<Standing[]> {
  return db.query<Standing>(
    `select version, at, inside, undoes, count(*)::int as runs
     from (
       select version,
         case when position('"others":[' in state) = 0 then array[${stepAt("s->'parked'")}]
           else array(select distinct ${stepAt('place')} from ${PLACES} order by 1) end as at,
         case when position('"forks":[' in state) = 0 and position('"frames":[' in state) = 0 then array[]::text[]
           else array(
             select distinct node from (
               select frame->>'node' as node from ${FRAMES}
               union all select fork->>'node' from json_array_elements(s->'forks') fork
               union all select arrived->>'node'
                 from json_array_elements(s->'forks') fork, json_array_elements(fork->'arrived') arrived
             ) n where node is not null order by 1) end as inside,
         case when position('"done":[' in state) = 0 and position('"left":[' in state) = 0 then array[]::text[]
           else array(
             select distinct node from (
               select done->>'node' as node from json_array_elements(s->'done') done
               union all select done->>'node' from ${FRAMES}, json_array_elements(frame->'left') done
             ) n order by 1) end as undoes
       from flow_run cross join lateral (select state::json as s) read
       where tenant collate "C" = $1 and flow_id = $2 and status = 'waiting'
     ) standing
     group by 1, 2, 3, 4 order by 1, 5 desc, 2, 3, 4`,
    [tenant, flowId],
  )
}
const FRAMES = `(
  select json_array_elements(place->'frames') as frame from ${PLACES}
  union all select json_array_elements(fork->'frames') from json_array_elements(s->'forks') fork) frames`

/** So many runs of a version at one step, each of their branches counted. */
export type StandingAt = { version: number; nodeId: string; runs: number }

/** Where some of the runs stand that wait, whichever, each of their branches counted; `complete`: there are no others. */
export async function someStandingRuns(
  db: Db,
  tenant: string,
  flowId: string,
  most: number,
): Promise<{ standing: StandingAt[]; complete: boolean }> {
  const rows = await db.query<StandingAt & { looked: number }>(
    `with waiting as materialized (
       select version, state from flow_run
       where tenant collate "C" = $1 and flow_id = $2 and status = 'waiting' order by id limit $3
     ), standing as (
       select version, state::json->'parked' as parked from waiting
       union all
       select version, json_array_elements(state::json->'others') from waiting where position('"others":[' in state) > 0
     )
     select version, coalesce(parked->>'leaving', parked->>'node') as "nodeId", count(*)::int as runs,
       (select count(*)::int from waiting) as looked
     from standing group by 1, 2 order by 1, 3 desc, 2`,
    [tenant, flowId, most + 1],
  )
  const standing = rows.map(({ looked: _looked, ...row }) => row)
  return { standing, complete: (rows[0]?.looked ?? 0) <= most }
}

/** When runs entered the steps that they stand at, by run and visit. */
export async function entriesOf(
  db: Db,
  tenant: string,
  visits: readonly { runId: string; visit: number }[],
): Promise<ReadonlyMap<string, number>> {
  if (visits.length === 0) return new Map()
  const rows = await db.query<{ id: string; visit: number; steps: string }>(
    `select w."runId" as id, w.visit, s.steps
     from jsonb_to_recordset($2::jsonb) as w ("runId" uuid, visit int)
     cross join lateral (
       select steps from flow_run where tenant = $1 and id = w."runId"
       union all
       select steps from flow_step where tenant = $1 and run_id = w."runId"
     ) s
     where s.steps like '%"visit":' || w.visit || ',%'`,
    [tenant, JSON.stringify(visits)],
  )
  const found = new Map<string, number>()
  for (const { id, visit, steps } of rows) {
    const entered = (JSON.parse(steps) as Step[]).find((step) => step.visit === visit && step.resumed !== true)
    if (entered !== undefined) found.set(`${id}/${visit}`, entered.at)
  }
  return found
}
