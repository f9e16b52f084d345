import { Type } from '@sinclair/typebox'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { compileVersion } from '#flows/compile.ts'
import { WHOLE } from '#flows/proof/entries.ts'
import { type CountedPerson, countedPeople, STAGES } from '#flows/proof/people-store.ts'
import { withPeople } from '#flows/runs/shown/people.ts'
import { instant, orNull, uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { periodFields, periodOf } from '#platform/http/period.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { keptSince } from '#reports/index.ts'

const counted = Type.Object(
  {
    runId: Type.String({ description: 'By which the person entered' }),
    person: orNull(Type.Object({ id: Type.String(), name: orNull(Type.String()) })),
    contactId: orNull(Type.String()),
    encounterId: orNull(Type.String()),
    arm: Type.String(),
    holdout: Type.Boolean(),
    enteredAt: instant,
    sentAt: orNull(instant),
    deliveredAt: orNull(instant),
    followedAt: orNull(instant),
    recoveredAt: orNull({ ...instant, description: 'The goal was reached within the window' }),
    closedAt: orNull(instant),
    windowEndsAt: instant,
  },
  { title: 'CountedPerson' },
)

const moment = (at: Date | null) => at?.toISOString() ?? null

const view = <P>({ person, ...row }: CountedPerson & { person: P }) => ({
  ...{ runId: row.runId, person, contactId: row.contactId, encounterId: row.encounterId },
  ...{ arm: row.arm, holdout: row.holdout },
  enteredAt: row.enteredAt.toISOString(),
  sentAt: moment(row.sentAt),
  deliveredAt: moment(row.deliveredAt),
  followedAt: moment(row.followedAt),
  recoveredAt: moment(row.recoveredAt),
  closedAt: moment(row.closedAt),
  windowEndsAt: row.windowEndsAt.toISOString(),
})

const NO_SPLIT = says('is no split of this version', 'no es un reparto de esta versión')

/** Who stands behind the figures of a report. */
export function reportPeopleRoute(runtime: Pick<Runtime, 'database' | 'clock' | 'settings'>): Route {
  const { database, clock } = runtime
  return route({
    method: 'GET',
    path: '/api/v1/flows/:id/report/people',
    permission: 'flows:read',
    tag: 'Flows',
    summary: 'The people behind a figure of the report, whoever entered last first',
    description:
      'Exactly those whom the report counts: each once, by the first entry of the period, in the arm entered then.',
    params: uuidParams,
    query: Type.Object({
      ...pageFields,
      ...periodFields,
      version: versionNumber(),
      node: Type.Optional(
        Type.String({
          maxLength: 100,
          description: 'A split, as the report names it; without it the first of the version, or the flow as a whole',
        }),
      ),
      arm: Type.Optional(Type.String({ maxLength: 100 })),
      stage: Type.Optional(
        Type.Union(
          STAGES.map((one) => Type.Literal(one)),
          { description: 'Only those who came so far' },
        ),
      ),
      observed: Type.Optional(Type.Boolean({ description: 'Only those whose window is over: rates are of these' })),
    }),
    answer: pageSchema(counted),
    handle: ({ identity: { tenant }, params: { id }, query }) => {
      const now = clock.now()
      const { from, to } = periodOf(query, now, keptSince(runtime))
      const { limit = 50, cursor, version, arm = null, stage = 'entered', observed = false } = query
      return database.asTenant(tenant, async (tx) => {
        if ((await readFlow(tx, tenant, id)) === undefined) throw notFound('flow', id)
        const published = await readVersion(tx, tenant, id, version)
        if (published === undefined) throw notFound('version', String(version))
        const splits = compileVersion(published.graph)?.splits
        const node = query.node ?? splits?.values().next().value ?? WHOLE
        if (node !== WHOLE && splits?.has(node) === false) throw invalid({ path: '/node', ...NO_SPLIT })
        const before = readCursor(cursor, Type.Object({ at: Type.String(), id: Type.String() }))
        const wanted = { flowId: id, node, version, from, to, now, arm, stage, observed, before }
        const found = await countedPeople(tx, tenant, wanted, limit)
        const page = pageFrom(found, (last) => ({ at: last.enteredAt.toISOString(), id: last.runId }))
        const whom = page.items.map((row) => ({
          ...row,
          subject: row.encounterId ?? row.contactId ?? '',
          named: row.contactId,
        }))
        return { ...page, items: (await withPeople(tx, tenant, whom)).map(view) }
      })
    },
  })
}
