import { Type } from '@sinclair/typebox'
import { peopleBehind } from '#conversations/index.ts'
import { instant, orNull, versionNumber } from '#platform/http/answer-fields.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { periodFields, periodOf } from '#platform/http/period.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { keptSince } from '#reports/kept.ts'
import { GROUPS, listSilences, MOST_GROUPS, MOST_SILENCES, readFunnel, STAGES, UNKNOWNS } from '#reports/store.ts'

const name = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }))
const silences = (description: string) => Type.Integer({ minimum: 0, description })

const narrowing = {
  queue: name('Only of this queue'),
  brand: name('Only of this brand'),
  service: name('Only of this service'),
  channel: name('Only of conversations of this channel'),
  flow: Type.Optional(Type.String({ format: 'uuid', description: 'Only what this flow took up' })),
  version: Type.Optional(versionNumber({ description: 'Of the flow' })),
  without: Type.Optional(
    Type.Union(
      UNKNOWNS.map((one) => Type.Literal(one)),
      { description: 'Only those of which this is not known, or that no flow took up: the group whose key is null' },
    ),
  ),
}

const text = orNull(Type.String())
const time = orNull(instant)
const silence = Type.Object(
  {
    encounterId: Type.String(),
    person: orNull(Type.Object({ id: Type.String(), name: text })),
    silence: Type.String({ description: 'Its name: the same for every warning of it' }),
    queueId: text,
    brand: text,
    service: text,
    channel: text,
    flowId: Type.Unsafe<string | null>({ ...text, description: 'The flow that took it up first' }),
    version: orNull(Type.Integer()),
    runId: text,
    detectedAt: instant,
    warnedAt: time,
    deliveredAt: time,
    followedAt: time,
    recoveredAt: time,
    closedAt: time,
  },
  { title: 'Silence' },
)

const PLACE = Type.Tuple([Type.String(), Type.String(), Type.String()])
const iso = (at: Date | null) => at?.toISOString() ?? null

const group = Type.Object(
  {
    key: orNull(
      Type.String({ description: 'The queue, brand, service, channel, flow or day (UTC); null: of all, or not known' }),
    ),
    version: orNull(Type.Integer({ description: 'Of the flow, where it is told by flow' })),
    detected: silences('Silences that passed the warning time, whoever noticed'),
    warned: silences('Of which the person was told, in the conversation or by a channel'),
    delivered: silences('Of which a provider took something for the person, or a flow wrote in the conversation'),
    followed: silences('After which the person opened a signed link into the conversation'),
    recovered: silences('From which the person came back'),
    closed: silences('In which the conversation was closed'),
    timeToReturn: orNull(
      Type.Object({
        medianMs: Type.Number({ description: 'From detection to return, of those who came back' }),
        p90Ms: Type.Number(),
      }),
    ),
  },
  { title: 'Funnel' },
)

/** What became of silences. */
export function reportRoutes(runtime: Pick<Runtime, 'database' | 'clock' | 'settings'>): Route[] {
  const { database, clock } = runtime
  return [
    route({
      method: 'GET',
      path: '/api/v1/reports/funnel',
      permission: 'conversations:read',
      tag: 'Reports',
      summary: 'Of the silences of a period how many were noticed, warned of, answered and closed',
      description:
        'Counts silences, each once: a person who goes quiet twice is there twice. Those that are neither recovered nor closed go on. A flow is counted with the silences that it took up first. Whether a flow is the cause of what comes back, its own report says.',
      query: Type.Object({
        ...periodFields,
        by: Type.Optional(
          Type.Union(
            GROUPS.map((one) => Type.Literal(one)),
            { description: 'Told apart by' },
          ),
        ),
        ...narrowing,
      }),
      answer: Type.Object(
        {
          from: instant,
          to: instant,
          partial: Type.Boolean({
            description: 'There is more than is looked at: the newest silences, the largest groups',
          }),
          groups: Type.Array(group, { description: 'The largest first' }),
        },
        { title: 'FunnelReport' },
      ),
      handle: ({ identity: { tenant }, query }) => {
        const { from, to } = periodOf(query, clock.now(), keptSince(runtime))
        const { by = null, ...wanted } = query
        return database.asTenant(tenant, async (tx) => {
          const found = await readFunnel(tx, tenant, { ...wanted, by, from, to })
          return {
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
            partial: found.silences >= MOST_SILENCES || found.rows.length >= MOST_GROUPS,
            groups: found.rows.map(({ medianMs, p90Ms, ...row }) => ({
              ...row,
              timeToReturn: medianMs === null || p90Ms === null ? null : { medianMs, p90Ms },
            })),
          }
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/reports/silences',
      permission: 'conversations:read',
      tag: 'Reports',
      summary: 'The silences behind a figure of the funnel, the newest first',
      query: Type.Object({
        ...pageFields,
        ...periodFields,
        ...narrowing,
        stage: Type.Optional(
          Type.Union(
            STAGES.map((one) => Type.Literal(one)),
            { description: 'Only those that came so far, as the funnel counts them' },
          ),
        ),
      }),
      answer: pageSchema(silence),
      handle: ({ identity: { tenant }, query }) => {
        const { from, to } = periodOf(query, clock.now(), keptSince(runtime))
        const { cursor, limit = 50, stage = null, ...wanted } = query
        const after = readPlace(cursor)
        return database.asTenant(tenant, async (tx) => {
          const rows = await listSilences(tx, tenant, { ...wanted, stage, from, to }, after, limit + 1)
          const page = pageOf(rows, limit, ({ at, encounterId, silence }) => [at, encounterId, silence])
          const conversations = page.items.map(({ encounterId }) => encounterId)
          const people = await peopleBehind(tx, tenant, conversations)
          return {
            ...page,
            items: page.items.map(({ at: _at, ...row }) => ({
              ...row,
              person: people.get(row.encounterId) ?? null,
              detectedAt: row.detectedAt.toISOString(),
              warnedAt: iso(row.warnedAt),
              deliveredAt: iso(row.deliveredAt),
              followedAt: iso(row.followedAt),
              recoveredAt: iso(row.recoveredAt),
              closedAt: iso(row.closedAt),
            })),
          }
        })
      },
    }),
  ]
}

/** A cursor whose time is none would be the database's error, not the caller's. */
function readPlace(cursor: string | undefined) {
  const place = readCursor(cursor, PLACE)
  if (place !== undefined && Number.isNaN(Date.parse(place[0])))
    throw invalid({ path: '/cursor', message: 'is not a cursor of this list' })
  return place
}
