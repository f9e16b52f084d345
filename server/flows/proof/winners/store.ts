import type { Flow } from '#flows/flow.ts'
import { rivalsOf, type Tried } from '#flows/proof/winners/rule.ts'
import type { Db, Tx } from '#platform/work.ts'

export type WinnerState = 'running' | 'won' | 'undecided' | 'ended'

/** What became of the search for a winner. */
export type WinnerRow = {
  tenant: string
  flowId: string
  version: number
  node: string
  state: WinnerState
  arm: string | null
  promoted: boolean
  counts: readonly Tried[]
  decidedAt: Date | null
}

const COLUMNS = `tenant, flow_id as "flowId", version, node, state, arm, promoted, counts, decided_at as "decidedAt"`

type Stored = Omit<WinnerRow, 'counts'> & { counts: string }
const readable = (row: Stored): WinnerRow => ({ ...row, counts: JSON.parse(row.counts) as Tried[] })

export function insertWinner(tx: Tx, tenant: string, flowId: string, version: number, node: string): void {
  void tx.query(`insert into flow_winner (tenant, flow_id, version, node, state) values ($1, $2, $3, $4, 'running')`, [
    tenant,
    flowId,
    version,
    node,
  ])
}

/** The searches of some versions of a flow. */
export async function winnersOf(
  db: Db,
  tenant: string,
  flowId: string,
  versions: readonly number[],
): Promise<WinnerRow[]> {
  const rows = await db.query<Stored>(
    `select ${COLUMNS} from flow_winner where tenant = $1 and flow_id = $2 and version = any($3::int[])`,
    [tenant, flowId, versions],
  )
  return rows.map(readable)
}

/** A search that is under way, held until the transaction ends. */
export async function lockRunning(
  tx: Tx,
  tenant: string,
  flowId: string,
  version: number,
  node: string,
): Promise<WinnerRow | undefined> {
  const [row] = await tx.query<Stored>(
    `select ${COLUMNS} from flow_winner
     where tenant = $1 and flow_id = $2 and version = $3 and node = $4 and state = 'running' for update`,
    [tenant, flowId, version, node],
  )
  return row === undefined ? undefined : readable(row)
}

/**
 * Takes up searches that ended for want of people. Held first, whatever they are: one that is being looked at may end in
 * this moment, and one that goes on keeps the look that it has.
 * @returns their splits
 */
export async function resumeWinners(tx: Tx, tenant: string, flowId: string, version: number): Promise<string[]> {
  const rows = await tx.query<{ node: string }>(
    `with held as (
       select node, state from flow_winner
       where tenant = $1 and flow_id = $2 and version = $3 and state in ('running', 'ended') order by node for update
     )
     update flow_winner w set state = 'running', counts = '[]', decided_at = null from held h
     where w.tenant = $1 and w.flow_id = $2 and w.version = $3 and w.node = h.node and h.state = 'ended'
     returning w.node`,
    [tenant, flowId, version],
  )
  return rows.map(({ node }) => node)
}

export function saveWinner(tx: Tx, row: WinnerRow): void {
  void tx.query(
    `update flow_winner set state = $5, arm = $6, promoted = $7, counts = $8, decided_at = $9
     where tenant = $1 and flow_id = $2 and version = $3 and node = $4`,
    [
      row.tenant,
      row.flowId,
      row.version,
      row.node,
      row.state,
      row.arm,
      row.promoted,
      JSON.stringify(row.counts),
      row.decidedAt,
    ],
  )
}

// People by their first entry into the version; the first of each arm, by when they came.
const FIRST = `with people as (
  select distinct on (unit) unit, arm, at, until, goal_at, run_id from flow_split
  where tenant collate "C" = $1 and flow_id = $2 and node = $3 and version = $4
  order by unit, at, run_id
), placed as (
  select *, row_number() over (partition by arm order by at, run_id) as place from people
)
select arm, count(*)::int as entered, (extract(epoch from max(until)) * 1000)::double precision as until,
  count(*) filter (where until <= to_timestamp($6::double precision / 1000))::int as people,
  count(goal_at) filter (where until <= to_timestamp($6::double precision / 1000))::int as hits
from placed where place <= $5 group by arm`

/**
 * Of the first `minimum` people of each arm that may win those whose window is over, and who of them came back.
 * @returns `until`: when the windows of all of them are over; null: they have not all entered
 */
export async function firstOfRivals(
  db: Db,
  { tenant, flowId, version, node }: Pick<WinnerRow, 'tenant' | 'flowId' | 'version' | 'node'>,
  flow: Flow,
  minimum: number,
  now: number,
): Promise<{ counts: Tried[]; until: number | null }> {
  const rows = await db.query<Tried & { entered: number; until: number }>(FIRST, [
    tenant,
    flowId,
    node,
    version,
    minimum,
    now,
  ])
  const rivals = rivalsOf(flow, node).map((arm) => rows.find((row) => row.arm === arm) ?? { ...NOBODY, arm })
  return {
    counts: rivals.map(({ arm, people, hits }) => ({ arm, people, hits })),
    until: rivals.every(({ entered }) => entered >= minimum) ? Math.max(...rivals.map(({ until }) => until)) : null,
  }
}
const NOBODY = { people: 0, hits: 0, entered: 0, until: 0 }

/** When the window of the last entry of a version ends; null: nobody has entered. */
export async function lastWindow(
  db: Db,
  tenant: string,
  { flowId, version, node }: Pick<WinnerRow, 'flowId' | 'version' | 'node'>,
): Promise<Date | null> {
  const [row] = await db.query<{ until: Date }>(
    `select until from flow_split where tenant collate "C" = $1 and flow_id = $2 and node = $3 and version = $4
     order by at desc limit 1`,
    [tenant, flowId, node, version],
  )
  return row?.until ?? null
}
