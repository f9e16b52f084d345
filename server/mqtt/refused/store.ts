import { type Found, readPage } from '#platform/bounded-page.ts'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import { storable } from '#platform/storable.ts'
import type { Db } from '#platform/work.ts'

/** What is kept of a payload. */
const MOST_BYTES = 65_536
const MOST_REASON = 2_000
/** Rows that are kept: the newest. */
const MOST_ROWS = 10_000
const KEPT_MS = 30 * 86_400_000

const KEEP = `insert into mqtt_refused (tenant, id, at, topic, reason, payload, properties, cut)
values ($1, $2, to_timestamp($3::double precision / 1000), $4, $5, $6, $7::jsonb, $8) on conflict (tenant, id) do nothing`
// The index on (tenant, at) finds the first row that is too much.
const TRIM = `delete from mqtt_refused where tenant = $1 and (at < to_timestamp($3::double precision / 1000) or at < (
  select at from mqtt_refused where tenant = $1 order by at desc, id offset $2 limit 1))`

/** Keeps a message that cannot be handled, for an operator. The same one again is kept once. */
export async function keepRefused(
  db: Db,
  refused: { tenant: string; id: string; at: number; reason: string; message: MqttMessage },
): Promise<void> {
  const { tenant, id, at, reason, message } = refused
  const { topic, payload, contentType, responseTopic, userProperties } = message
  // What a stranger sent, in a form that PostgreSQL can keep: else it would be tried again for ever.
  const properties = {
    ...(contentType === undefined ? {} : { contentType: storable(contentType) }),
    ...(responseTopic === undefined ? {} : { responseTopic: storable(responseTopic) }),
    userProperties: Object.fromEntries([...userProperties].map(([name, value]) => [storable(name), storable(value)])),
  }
  const kept = payload.subarray(0, MOST_BYTES)
  const isCut = kept.length < payload.length
  const texts = [storable(topic), storable(reason, MOST_REASON)]
  await db.query(KEEP, [tenant, id, at, ...texts, kept, JSON.stringify(properties), isCut])
}

/** Lets the old ones go, and the oldest when there are too many. */
export const trimRefused = (db: Db, tenant: string, now: number): Promise<unknown> =>
  db.query(TRIM, [tenant, MOST_ROWS, now - KEPT_MS])

export type Refused = {
  id: string
  at: Date
  topic: string
  reason: string
  payload: Buffer
  properties: { contentType?: string; responseTopic?: string; userProperties: { [name: string]: string } }
  cut: boolean
}

const COLUMNS = 'id, at, topic, reason, payload, properties, cut'
// Served by mqtt_refused_at.
const LIST = `select ${COLUMNS} from mqtt_refused where tenant = $1
and ($2::timestamptz is null or at < $2 or (at = $2 and id > $3::uuid)) order by at desc, id`

/** The newest first. */
export const listRefused = (
  db: Db,
  tenant: string,
  after: { at: string; id: string } | undefined,
  limit: number,
): Promise<Found<Refused>> => readPage<Refused>(db, LIST, [tenant, after?.at ?? null, after?.id ?? null], limit)

export async function findRefused(db: Db, tenant: string, id: string): Promise<Refused | undefined> {
  return (await db.query<Refused>(`select ${COLUMNS} from mqtt_refused where tenant = $1 and id = $2`, [tenant, id]))[0]
}

export async function removeRefused(db: Db, tenant: string, id: string): Promise<boolean> {
  return (await db.query('delete from mqtt_refused where tenant = $1 and id = $2 returning 1', [tenant, id])).length > 0
}
