import { TOO_LONG } from '#flows/run.ts'
import type { EndedAskers } from '#notifications/index.ts'

const PREFIX = 'run:'

/** Of what asked for notifications, the runs that were ended before their time (`wasEnded`): what they said was not to be said again. */
export const endedRuns: EndedAskers = async (db, askers) => {
  const runs = askers.flatMap(({ tenant, asker }) =>
    asker.startsWith(PREFIX) ? [{ tenant, id: asker.slice(PREFIX.length) }] : [],
  )
  if (runs.length === 0) return []
  const rows = await db.query<{ tenant: string; id: string }>(
    `select r.tenant, r.id::text
     from jsonb_to_recordset($1::jsonb) as wanted (tenant text, id uuid)
     cross join lateral (select * from flow_run r where r.tenant = wanted.tenant and r.id = wanted.id offset 0) r
     where wanted.tenant || '' = wanted.tenant and (r.status = 'cancelled'
       or r.status = 'completed' and r.outcome = 'goal' and r.state::json->>'goalAt' is not null
       or r.status = 'failed' and r.state::json->'failure'->>'cause' = $2)`,
    [JSON.stringify(runs), TOO_LONG],
  )
  return rows.map(({ tenant, id }) => ({ tenant, asker: PREFIX + id }))
}
