import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { WAKE_KIND } from '#flows/abilities.ts'
import {
  type ApprovalRow,
  type Decision,
  decideApproval,
  listApprovals,
  readApproval,
  STATUSES,
} from '#flows/approvals/store.ts'
import { approvalOver, notAsked } from '#flows/errors.ts'
import { type Parked, waitsOf } from '#flows/run.ts'
import { lockRuns } from '#flows/runs/store.ts'
import { answerRow, timerKey } from '#flows/runs/timers.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Identity, type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

const text = orNull(Type.String())
const time = orNull(instant)
const status = Type.Union(STATUSES.map((name) => Type.Literal(name)))

const approvalAnswer = Type.Object({
  id: Type.String(),
  flowId: Type.String(),
  runId: Type.String(),
  nodeId: Type.String(),
  to: Type.Union([Type.Object({ userId: Type.String() }), Type.Object({ address: Type.String() })], {
    description: 'Who was told of it',
  }),
  text: Type.String(),
  status: Type.Union(status.anyOf, {
    description: 'expired: its time is over. withdrawn: its run ended, or went on without it',
  }),
  encounterId: text,
  contactId: text,
  askedAt: Type.String({ format: 'date-time' }),
  expiresAt: time,
  decidedAt: time,
  decidedBy: text,
  note: text,
})

const approvalView = ({ node, toUser, toAddress, visit: _visit, ...row }: ApprovalRow) => ({
  ...row,
  nodeId: node,
  to: toUser === null ? { address: toAddress ?? '' } : { userId: toUser },
  askedAt: row.askedAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  decidedAt: row.decidedAt?.toISOString() ?? null,
})

/** What runs wait for people to approve. */
export function approvalRoutes(runtime: Runtime, notifier: Notifier): Route[] {
  const { database, clock } = runtime
  const tag = 'Flows'
  return [
    route({
      method: 'GET',
      path: '/api/v1/approvals',
      permission: 'approvals:read',
      tag,
      summary: 'What runs ask people to approve, the newest first',
      query: Type.Object({
        ...pageFields,
        status: Type.Optional(status),
        flowId: Type.Optional(Type.String({ format: 'uuid' })),
        userId: Type.Optional(Type.String({ maxLength: 255, description: 'Only what this user was asked' })),
      }),
      answer: pageSchema(approvalAnswer),
      handle: ({ identity: { tenant }, query: { limit = 50, cursor, userId, ...filter } }) =>
        database.asTenant(tenant, async (tx) => {
          const before = readCursor(cursor, Type.Object({ at: Type.String(), id: Type.String() }))
          const wanted = {
            status: filter.status as ApprovalRow['status'],
            flowId: filter.flowId,
            toUser: userId,
            before,
          }
          const found = await listApprovals(tx, tenant, wanted, limit)
          const page = pageFrom(found, (last) => ({ at: last.askedAt.toISOString(), id: last.id }))
          return { ...page, items: page.items.map(approvalView) }
        }),
    }),
    ...(['approve', 'reject'] as const).map((verb) =>
      route({
        method: 'POST',
        path: `/api/v1/approvals/:id/${verb}`,
        permission: 'approvals:decide',
        tag,
        summary:
          verb === 'approve' ? 'Approve what a run asks for; it goes on' : 'Reject what a run asks for; it goes on',
        description:
          'What a user was asked is for that user, or for whoever may change flows. Who answers first has answered: 409 for all others.',
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        body: Type.Object(
          { note: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })) },
          { additionalProperties: false },
        ),
        answer: approvalAnswer,
        refuses: [409],
        handle: ({ identity, params, body, traceparent }) =>
          database.asTenant(identity.tenant, async (tx) => {
            const decision: Decision = {
              status: verb === 'approve' ? 'approved' : 'rejected',
              by: identity.actor,
              at: clock.now(),
              note: body.note ?? null,
            }
            const { row, isNew } = await decide(tx, identity, params.id, decision)
            if (isNew) {
              const { status: decided, by: _by, at: _at, note } = decision
              audit(
                tx,
                { identity, traceparent },
                {
                  at: clock.wall(),
                  action: `approval.${decided}`,
                  target: `approval:${row.id}`,
                  after: { runId: row.runId, node: row.node, note },
                },
              )
            }
            return approvalView(row)
          }),
      }),
    ),
  ]

  /** Answers in the name of somebody. The same answer of the same person, again, finds the first one. */
  async function decide(
    tx: Tx,
    identity: Identity,
    id: string,
    decision: Decision,
  ): Promise<{ row: ApprovalRow; isNew: boolean }> {
    const { tenant } = identity
    const asked = await readApproval(tx, tenant, id)
    if (asked === undefined) throw notFound('approval', id)
    if (!mayDecide(identity, asked)) throw notAsked()
    if (asked.status === decision.status && asked.decidedBy === decision.by) return { row: asked, isNew: false }
    // Before the approval, as whoever ends the run does.
    const [record] = await lockRuns(tx, [{ tenant, id: asked.runId }])
    // A run that was moved away from the step waits for its turn under the same visit: no answer may take that from it.
    const at = record === undefined ? undefined : waitsOf(record.run).find((place) => isAskedAt(place, asked))
    const row = at === undefined ? undefined : await decideApproval(tx, tenant, id, decision)
    if (record === undefined || at === undefined || row === undefined) {
      throw approvalOver((await readApproval(tx, tenant, id)) ?? asked)
    }
    // Its time can no longer run out, although the run goes on in a moment only.
    const settled = (place: Parked): Parked => (place === at ? { ...place, wakeAt: null } : place)
    const [parked = null, ...others] = waitsOf(record.run).map(settled)
    record.run = { ...record.run, parked, ...(others.length === 0 ? {} : { others }) }
    const writes = await prepareWrites([record], { db: tx, runtime, notifier, now: decision.at })
    writes?.(tx)
    tx.unschedule(WAKE_KIND, tenant, [timerKey(asked.runId, at)])
    const { status: way, by, note } = decision
    const value = { by, at: new Date(decision.at).toISOString(), note }
    const caller = { runId: asked.runId, node: asked.node, visit: asked.visit }
    tx.schedule([answerRow(tenant, caller, { way, value }, decision.at)])
    return { row, isNew: true }
  }
}

const isAskedAt = ({ kind, node, visit }: Parked, asked: ApprovalRow): boolean =>
  kind === 'outcome' && node === asked.node && visit === asked.visit

const mayDecide = ({ person, permissions }: Identity, { toUser }: ApprovalRow): boolean =>
  toUser === null || permissions.has('flows:write') || (person?.kind === 'user' && person.id === toUser)
