import { Type } from '@sinclair/typebox'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { periodFields, periodOf } from '#platform/http/period.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'
import { GROUPS, MOST_GROUPS, MOST_SILENCES, readFunnel } from '#reports/store.ts'

const name = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 255, description }))
const silences = (description: string) => Type.Integer({ minimum: 0, description })

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
export function reportRoutes({ database, clock }: Pick<Runtime, 'database' | 'clock'>): Route[] {
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
        queue: name('Only of this queue'),
        brand: name('Only of this brand'),
        service: name('Only of this service'),
        channel: name('Only of conversations of this channel'),
        flow: Type.Optional(Type.String({ format: 'uuid', description: 'Only what this flow took up' })),
        version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Of the flow' })),
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
        const { from, to } = periodOf(query, clock.now())
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
  ]
}
