import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { conversationsOf, LOOKED_THROUGH, MOST_PEOPLE } from '#conversations/index.ts'
import * as answers from '#flows/answers.ts'
import { readFlow } from '#flows/authoring/store.ts'
import { soughtOutcome, soughtStep, soughtWords } from '#flows/bulk/filter.ts'
import { runOver, versionUnknown } from '#flows/errors.ts'
import { failureText } from '#flows/failure-text.ts'
import { goalOf } from '#flows/proof/store.ts'
import { type Failure, type Parked, versionAt, waitsOf } from '#flows/run.ts'
import { advanceRecord } from '#flows/runs/advancing.ts'
import type { Catalog } from '#flows/runs/catalog.ts'
import { MOST_CONVERSATIONS, subjectsOf, withPeople } from '#flows/runs/shown/people.ts'
import {
  listRuns,
  lookThroughRuns,
  placeOfRun,
  type RunFilter,
  type RunRow,
  readRun,
  readSteps,
  runsAbout,
} from '#flows/runs/shown/store.ts'
import { lockRuns } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import { timeline } from '#flows/timeline.ts'
import type { Notifier } from '#notifications/index.ts'
import { uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor, writeCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const runPlace = Type.Object({ at: Type.String(), id: Type.String() })
const stepPlace = Type.Object({ visit: Type.Integer(), revision: Type.Integer() })
const status = Type.Union(answers.RUN_STATUSES.map((name) => Type.Literal(name)))

/** A run as events name it. */
export const shown = <R extends RunRow>({ traceparent, named: _named, ...row }: R) => ({
  ...row,
  traceId: traceparent?.slice(3, 35) ?? null,
})

const shownAll = async (db: Db, tenant: string, rows: readonly RunRow[]) =>
  (await withPeople(db, tenant, rows)).map(shown)

const waitView = ({ node, event, wakeAt }: Parked) => ({
  nodeId: node,
  event,
  until: wakeAt === null ? null : new Date(wakeAt).toISOString(),
})

/** With its sentence in both languages. */
export const failureView = (failure: Failure | null) =>
  failure === null ? null : { ...failure, says: failureText(failure) }

export function runRoutes(runtime: Runtime, catalog: Catalog, notifier: Notifier): Route[] {
  const { database, clock } = runtime
  const tag = 'Flows'
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/runs',
      permission: 'flows:read',
      tag,
      summary: 'Runs of a flow, the newest first',
      description: `For a step (\`nodeId\`), and for words (\`q\`) that more than ${MOST_PEOPLE} people have, a page looks through ${LOOKED_THROUGH} runs; where it found less than a page it still has a cursor, which looks further back.`,
      params: uuidParams,
      query: Type.Object({
        ...pageFields,
        status: Type.Optional(status),
        subject: Type.Optional(Type.String({ maxLength: 1_024 })),
        q: Type.Optional(soughtWords),
        version: Type.Optional(versionNumber()),
        outcome: Type.Optional(soughtOutcome),
        nodeId: Type.Optional(soughtStep),
        from: Type.Optional(Type.String({ format: 'date-time', description: 'Began at or after' })),
        to: Type.Optional(Type.String({ format: 'date-time', description: 'Began before' })),
      }),
      answer: pageSchema(answers.runAnswer),
      handle: async ({ identity: { tenant }, params, query: { limit = 50, cursor, q, nodeId, ...asked } }) => {
        const subjects = q === undefined ? undefined : await subjectsOf(database, tenant, q)
        return database.asTenant(tenant, async (tx) => {
          if ((await readFlow(tx, tenant, params.id)) === undefined) throw notFound('flow', params.id)
          const before = readCursor(cursor, runPlace)
          const filter = {
            ...(asked as Omit<RunFilter, 'flowId'>),
            flowId: params.id,
            before,
            subjects: subjects ?? undefined,
          }
          if (nodeId !== undefined || subjects === null) {
            const sought = { words: subjects === null ? q : undefined, nodeId }
            const { rows, next } = await lookThroughRuns(tx, tenant, filter, sought, limit)
            return { items: await shownAll(tx, tenant, rows), nextCursor: next && writeCursor(next) }
          }
          const page = pageFrom(await listRuns(tx, tenant, filter, limit), placeOfRun)
          return { ...page, items: await shownAll(tx, tenant, page.items) }
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/encounters/:id/runs',
      permission: 'flows:read',
      tag,
      summary: 'What flows do about a conversation: their runs, the newest first',
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 255 }) }),
      query: Type.Object(pageFields),
      answer: pageSchema(answers.runAnswer),
      handle: ({ identity, params, query: { limit = 50, cursor } }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await runsAbout(tx, identity.tenant, [params.id], readCursor(cursor, runPlace), limit)
          const page = pageFrom(found, placeOfRun)
          return { ...page, items: await shownAll(tx, identity.tenant, page.items) }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/contacts/:id/runs',
      permission: 'flows:read',
      tag,
      summary: 'What flows do about a person: runs about them or about their conversations, the newest first',
      description: `Of somebody with very many conversations, the newest ${MOST_CONVERSATIONS} count.`,
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 255 }) }),
      query: Type.Object(pageFields),
      answer: pageSchema(answers.runAnswer),
      handle: ({ identity: { tenant }, params, query: { limit = 50, cursor } }) =>
        database.asTenant(tenant, async (tx) => {
          const theirs = await conversationsOf(tx, tenant, [params.id], MOST_CONVERSATIONS)
          const found = await runsAbout(tx, tenant, [params.id, ...theirs], readCursor(cursor, runPlace), limit)
          const page = pageFrom(found, placeOfRun)
          return { ...page, items: await shownAll(tx, tenant, page.items) }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:id',
      permission: 'flows:read',
      tag,
      summary: 'One run with its timeline',
      description: 'The steps of a long timeline come in pages of a megabyte: `nextCursor` leads on.',
      params: uuidParams,
      query: Type.Object({ cursor: pageFields.cursor }),
      answer: answers.runWithTimeline,
      handle: ({ identity, params, query }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const from = readCursor(query.cursor, stepPlace)
          const run = await readRun(tx, identity.tenant, params.id)
          if (run === undefined) throw notFound('run', params.id)
          const { state, firstSteps, ...row } = run
          const [only] = await shownAll(tx, identity.tenant, [row])
          const { steps, next } = await readSteps(tx, identity.tenant, { id: run.id, firstSteps }, from)
          // A run that is over hears of nothing any more: what comes of its person is noted apart.
          const goalAt = state.goalAt ?? (await goalOf(tx, identity.tenant, run.id))
          const waits = ('parked' in state ? waitsOf(state) : []).map(waitView)
          return {
            ...only,
            vars: state.vars,
            ...(state.edited === true ? { data: state.event?.data } : {}),
            ...(state.forked === undefined
              ? {}
              : { forked: { runId: state.forked.run ?? null, nodeId: state.forked.node } }),
            goalAt: goalAt === null ? null : new Date(goalAt).toISOString(),
            failure: failureView(state.failure),
            waitsFor: waits[0] ?? null,
            waits,
            steps: timeline(steps).map((step) => ({ ...step, version: versionAt(step.visit, state, row.version) })),
            nextCursor: next === null ? null : writeCursor(next),
          }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/:id/cancel',
      permission: 'flows:write',
      tag,
      summary: 'Stop a run; what it has handed over already goes on',
      params: uuidParams,
      body: Type.Object(
        { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) },
        { additionalProperties: false },
      ),
      answer: answers.cancelledAnswer,
      refuses: [409],
      handle: ({ identity, params, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant } = identity
          const [record] = await lockRuns(tx, [{ tenant, id: params.id }])
          if (record === undefined) {
            if ((await readRun(tx, tenant, params.id)) === undefined) throw notFound('run', params.id)
            throw runOver()
          }
          const flow = (await catalog.of(tx, [tenant])).get(tenant)?.version(record.flowId, record.version)
          if (flow === undefined) throw versionUnknown()
          const now = clock.now()
          const reason = body.reason ?? 'cancelled by hand'
          advanceRecord(record, flow, { kind: 'cancel', reason }, now, createWorld(tx, runtime))
          const writes = await prepareWrites([record], { db: tx, runtime, notifier, now })
          writes?.(tx)
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'run.cancelled', target: `run:${params.id}`, after: { reason } },
          )
          return { id: params.id, status: record.run.status }
        }),
    }),
  ]
}
