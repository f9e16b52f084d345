import { type Static, Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { MOST_PEOPLE } from '#conversations/index.ts'
import { personAnswer, RUN_STATUSES, sentence } from '#flows/answers.ts'
import { readFlow } from '#flows/authoring/store.ts'
import { countRuns } from '#flows/bulk/count.ts'
import { bulkRow } from '#flows/bulk/due.ts'
import { ACTIONS, runFilter, STATUSES_FOR } from '#flows/bulk/filter.ts'
import { type BulkRow, type ChosenRun, insertBulk, readBulk } from '#flows/bulk/store.ts'
import type { Catalog } from '#flows/runs/catalog.ts'
import { subjectsOf, withPeople } from '#flows/runs/shown/people.ts'
import { instant, oneOf, orNull, uuid } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** Runs that are counted; of more it is said that there are. */
const COUNTED = 100_000
/** Runs of a count that are shown, so that some can be left out. */
const SHOWN = 100
/** Runs changed a second, unless fewer are asked for. */
const PACE = 500

const request = Type.Object(
  {
    action: Type.Union(
      ACTIONS.map((name) => Type.Literal(name)),
      {
        description:
          '`cancel`: those under way; `retry`: failed ones, from their step; `replay`: ended ones, as new runs of what is published, with the event of the old one',
      },
    ),
    filter: Type.Optional(runFilter),
    exclude: Type.Optional(Type.Array(uuid, { maxItems: 1_000, description: 'Runs to leave out' })),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    perSecond: Type.Optional(
      Type.Integer({ minimum: 1, maximum: PACE, description: `Runs changed a second (default ${PACE})` }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count' })),
  },
  { additionalProperties: false },
)

const counted = Type.Object({
  id: orNull(Type.String({ description: 'Of the work; null: it was only counted' })),
  count: Type.Integer({ description: 'Runs that it would change' }),
  refused: Type.Array(Type.Object({ count: Type.Integer(), why: Type.String(), messages: Type.Optional(sentence) }), {
    description: 'Of `retry` and `replay`: runs that match and would be refused, by the reason',
  }),
  complete: Type.Boolean({ description: 'False: there are more than were counted' }),
  started: Type.Boolean(),
  runs: Type.Array(
    Type.Object({
      id: Type.String(),
      version: Type.Integer(),
      status: oneOf(RUN_STATUSES),
      subject: Type.String(),
      person: personAnswer,
      key: orNull(Type.String()),
      startedAt: instant,
    }),
    { description: `The first ${SHOWN}, the newest first` },
  ),
})

const progress = Type.Object(
  {
    id: Type.String(),
    flowId: Type.String(),
    action: oneOf(ACTIONS),
    state: oneOf(['running', 'done']),
    total: Type.Integer({ description: 'Counted when it began, those that would be refused too' }),
    done: Type.Integer({ description: 'Of `replay`, those that wait their turn to begin too' }),
    refused: Type.Integer({ description: 'Runs that could not be' }),
    passed: Type.Integer({
      description:
        'Once it is done: runs that were no longer as asked when their turn came, since somebody else had stopped, retried or replayed them or they had gone on',
    }),
    refusals: Type.Array(Type.Object({ id: Type.String(), why: Type.String(), messages: Type.Optional(sentence) }), {
      description: 'Of the first of them',
    }),
    startedBy: Type.String(),
    startedAt: instant,
    endedAt: orNull(instant),
  },
  { title: 'FlowBulk' },
)

/** Work on many runs of a flow at once: counted first, then done in chunks. */
export function bulkRoutes(runtime: Runtime, catalog: Catalog): Route[] {
  const { database, clock } = runtime
  return [
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/runs/bulk',
      permission: 'flows:write',
      tag: 'Flows',
      summary: 'Cancel, retry or replay many runs of a flow, chosen by filter',
      description:
        'With `dryRun` it only counts, says what would be refused and why, and shows the first runs; `exclude` leaves some out. What is asked is durable when it is answered, and done in chunks; runs that begin later are none of it.',
      params: Type.Object({ id: uuid }),
      body: request,
      answer: counted,
      status: 202,
      idempotent: true,
      handle: async ({ identity, params: { id: flowId }, body, traceparent, newId }) => {
        const { tenant } = identity
        const subjects = await subjectsSought(tenant, body.filter?.q)
        return database.asTenant(tenant, async (tx) => {
          if ((await readFlow(tx, tenant, flowId)) === undefined) throw notFound('flow', flowId)
          const row = rowOf(body, { tenant, flowId, id: newId(), by: identity.actor, subjects })
          const flows = (await catalog.of(tx, [tenant])).get(tenant)
          const how = { runtime, flows, most: COUNTED, shown: SHOWN }
          const { count, complete, refused, total, first } = await countRuns(tx, row, how)
          row.total = total
          const started = body.dryRun !== true
          // A repeat finds what it began.
          if (started && (await insertBulk(tx, row))) {
            tx.schedule([bulkRow(tenant, row.id, clock.wall())])
            audit(
              tx,
              { identity, traceparent },
              {
                at: clock.wall(),
                action: `runs.${body.action}`,
                target: `flow:${flowId}`,
                after: { bulk: row.id, filter: row.filter, count: row.total, reason: row.reason },
              },
            )
          }
          return {
            id: started ? row.id : null,
            count,
            refused,
            complete,
            started,
            runs: (await withPeople(tx, tenant, first)).map(shownRun),
          }
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/runs/bulk/:bulkId',
      permission: 'flows:read',
      tag: 'Flows',
      summary: 'How far such work has come',
      params: Type.Object({ id: uuid, bulkId: uuid }),
      answer: progress,
      handle: ({ identity: { tenant }, params: { id, bulkId } }) =>
        database.asTenant(tenant, async (tx) => {
          const row = await readBulk(tx, tenant, bulkId)
          if (row === undefined || row.flowId !== id) throw notFound('work on runs', bulkId)
          return shown(row)
        }),
    }),
  ]

  async function subjectsSought(tenant: string, words: string | undefined): Promise<string[] | null> {
    if (words === undefined) return null
    const subjects = await subjectsOf(database, tenant, words)
    if (subjects !== null) return subjects
    throw invalid({
      path: '/filter/q',
      ...says(
        `more than ${MOST_PEOPLE} people have these words: say more of the name`,
        `más de ${MOST_PEOPLE} personas las tienen: escribe más del nombre`,
      ),
    })
  }

  function rowOf(
    body: Static<typeof request>,
    { by, ...ids }: { by: string } & Pick<BulkRow, 'tenant' | 'flowId' | 'id' | 'subjects'>,
  ): BulkRow {
    const { action, filter = {}, exclude = [], reason = null, perSecond = PACE } = body
    const { status } = filter
    if (status !== undefined && !STATUSES_FOR[action].includes(status)) {
      throw invalid({
        path: '/filter/status',
        ...says(
          `must be ${STATUSES_FOR[action].join(' or ')} to ${action}`,
          `debe ser ${STATUSES_FOR[action].join(' o ')} para este acto`,
        ),
      })
    }
    if (reason !== null && action !== 'cancel')
      throw invalid({ path: '/reason', ...says('goes with cancel only', 'solo va al detener') })
    return {
      ...ids,
      ...{ action, filter, reason, exclude, perSecond },
      ...{ state: 'running', total: 0, done: 0, refused: 0, refusals: [], afterAt: null, afterId: null },
      startedBy: by,
      startedAt: new Date(clock.wall()),
      endedAt: null,
      // One that began in this very millisecond is one of them.
      until: new Date(clock.now() + 1),
    }
  }
}

const shownRun = <P>(run: ChosenRun & { person: P }) => {
  const { id, version, status, subject, person, key, startedAt } = run
  return { id, version, status, subject, person, key, startedAt: startedAt.toISOString() }
}

const shown = ({
  id,
  flowId,
  action,
  state,
  total,
  done,
  refused,
  refusals,
  startedBy,
  startedAt,
  endedAt,
}: BulkRow) => ({
  ...{ id, flowId, action, state, total, done, refused, refusals, startedBy },
  passed: state === 'done' ? Math.max(0, total - done - refused) : 0,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
})
