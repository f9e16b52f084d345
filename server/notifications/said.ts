import type { Db } from '#platform/work.ts'
import type { ChannelName } from './request.ts'
import { type Payload, payloadOf, type StateRow, type Status } from './store.ts'

/** What became of a notification, and how it read. */
export type SaidRow = {
  id: string
  status: Status
  channel: ChannelName | null
  template: string | null
  reason: string | null
  payload: Payload | null
  /** When it was last handed to a channel (domain milliseconds); null: never. */
  leftAt: number | null
}

/** What a tenant said by these notifications; unknown ones are absent. */
export async function saidBy(db: Db, tenant: string, ids: readonly string[]): Promise<SaidRow[]> {
  const rows = await db.query<Omit<SaidRow, 'payload' | 'leftAt'> & { payload: string | null; states: string }>(
    `select n.id::text, n.status, n.channel, n.template, n.reason, n.payload, n.states
     from unnest($2::uuid[]) as wanted (id)
     cross join lateral (select * from notification n where n.tenant = $1 and n.id = wanted.id offset 0) n`,
    [tenant, ids],
  )
  return rows.map(({ states, ...row }) => ({
    ...row,
    payload: payloadOf(row.payload),
    leftAt: leftAtOf(states),
  }))
}

/** The inbox takes it in the moment in which it is handed over. */
const leftAtOf = (states: string): number | null =>
  (JSON.parse(states) as StateRow[]).findLast(
    ({ status, channel }) => status === 'queued' || (status === 'sent' && channel === 'inbox'),
  )?.at ?? null

/** What became of a notification, without its words. */
export type FateRow = Pick<SaidRow, 'id' | 'status' | 'channel' | 'reason' | 'leftAt'>

/** What became of these notifications of a tenant; unknown ones are absent. */
export async function fatesOf(db: Db, tenant: string, ids: readonly string[]): Promise<FateRow[]> {
  const rows = await db.query<Omit<FateRow, 'leftAt'> & { states: string }>(
    `select n.id::text, n.status, n.channel, n.reason, n.states
     from unnest($2::uuid[]) as wanted (id)
     cross join lateral (select * from notification n where n.tenant = $1 and n.id = wanted.id offset 0) n`,
    [tenant, ids],
  )
  return rows.map(({ states, ...row }) => ({ ...row, leftAt: leftAtOf(states) }))
}
