import type { EventForm } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

/** What a system said of an event. */
export type Said = {
  key: string
  id: string
  type: string
  subject: string
  form: EventForm
  /** Null: it is in the log, whichever of the two it is from. */
  system: string | null
  /** Null where it is too large to be compared field by field. */
  raw: string | null
}

/** What was said of one event: at least once. */
export type AllSaid = [Said, ...Said[]]

/** Of the text of one event: some sixty are read at once. */
const MOST_BYTES = 16_384

/** All that was said under the given keys, in the log and in what is held; the same text once. */
export async function readSaid(
  db: Db,
  tenant: string,
  pair: string,
  keys: readonly string[],
): Promise<Map<string, AllSaid>> {
  const said = new Map<string, AllSaid>()
  if (keys.length === 0) return said
  const rows = await db.query<Said>(
    `select e.key, e.id, e.type, e.subject, e.form, null as system, e.raw
     from (select key, position from event_key where tenant = $1 and key = any($2::uuid[])) k
     cross join lateral (
       select k.key, id, type, subject, form, case when octet_length(raw) <= ${MOST_BYTES} then raw end as raw
       from event_log where position = k.position offset 0) e
     union all
     select h.key, h.id, h.type, h.subject, h.event->>8, h.system,
       case when h.size <= ${MOST_BYTES} then h.event->>16 end
     from event_system s cross join lateral (
       select * from event_held where tenant = $1 and pair = $3 and system = s.name and key = any($2::uuid[]) offset 0) h
     where s.tenant = $1 and s.pair = $3`,
    [tenant, keys, pair],
  )
  for (const row of rows) {
    const known = said.get(row.key)
    if (known === undefined) said.set(row.key, [row])
    else if (!known.some(({ raw }) => raw === row.raw)) known.push(row)
  }
  return said
}
