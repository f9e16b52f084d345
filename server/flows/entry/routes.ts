import { Type } from '@sinclair/typebox'
import { readFlow } from '#flows/authoring/store.ts'
import { type EntryRow, listEntries } from '#flows/entry/store.ts'
import { instant, oneOf } from '#platform/http/answer-fields.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const place = Type.Object({ priority: Type.Integer(), position: Type.Integer(), id: Type.String({ format: 'uuid' }) })

const entry = Type.Object(
  {
    id: Type.String({ description: 'Of the run that it will be' }),
    subject: Type.String(),
    key: Type.String({ description: 'Value of the key of the flow; empty: it has none' }),
    eventId: Type.String(),
    priority: Type.Integer(),
    arrivedAt: instant,
    readyAt: { ...instant, description: 'From when on it may begin' },
    waitsFor: oneOf(['time', 'run', 'turn'], {
      description: '`time`: for readyAt; `run`: for the run of its key to end; `turn`: for others of the flow',
    }),
  },
  { title: 'FlowEntry' },
)

/** Who waits to begin. */
export function entryRoutes({ database, clock }: Runtime): Route[] {
  const shown = ({ position: _position, held, arrivedAt, readyAt, ...row }: EntryRow) => ({
    ...row,
    arrivedAt: arrivedAt.toISOString(),
    readyAt: readyAt.toISOString(),
    waitsFor: held ? ('run' as const) : readyAt.getTime() > clock.now() ? ('time' as const) : ('turn' as const),
  })
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/entries',
      permission: 'flows:read',
      tag: 'Flows',
      summary: 'What waits to begin a run, in the order of its turns',
      description:
        'Of flows that let their runs begin in turn, later or together (`concurrency`, `rate`, `debounce`, `batch`, `oncePer` of their settings).',
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      query: Type.Object(pageFields),
      answer: pageSchema(entry),
      handle: ({ identity: { tenant }, params: { id }, query: { limit = 50, cursor } }) =>
        database.asTenant(tenant, async (tx) => {
          if ((await readFlow(tx, tenant, id)) === undefined) throw notFound('flow', id)
          const rows = await listEntries(tx, { tenant, flowId: id }, limit + 1, readCursor(cursor, place))
          const page = pageOf(rows, limit, ({ priority, position, id: last }) => ({ priority, position, id: last }))
          return { ...page, items: page.items.map(shown) }
        }),
    }),
  ]
}
