import type { EventForm } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

/** What a system said of an event. */
export type Said = { key: string; id: string; type: string; subject: string; form: EventForm; raw: string }

/** All that was said under the given keys, in the log and in what is held; the same text once. */
export async function readSaid(
  db: Db,
  tenant: string,
  pair: string,
  keys: readonly string[],
): Promise<Map<string, Said[]>> {
  const said = new Map<string, Said[]>()
  if (keys.length === 0) return said
  const rows = await db.query<Said>(
    `select k.key, e.id, e.type, e.subject, e.form, e.raw
     from event_key k join event_log e on e.position = k.position
     where k.tenant = $1 and k.key = any($2::uuid[])
     union all
     select h.key, h.id, h.type, h.subject, h.event->>8, h.event->>16
     from event_system s join event_held h on h.tenant = s.tenant and h.pair = s.pair and h.system = s.name
     where s.tenant = $1 and s.pair = $3 and h.key = any($2::uuid[])`,
    [tenant, keys, pair],
  )
  for (const row of rows) {
    const known = said.get(row.key)
    if (known === undefined) said.set(row.key, [row])
    else if (!known.some(({ raw }) => raw === row.raw)) known.push(row)
  }
  return said
}
