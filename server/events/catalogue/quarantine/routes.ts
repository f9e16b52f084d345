import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { faultText } from '#events/catalogue/fault-text.ts'
import { cloudEventView } from '#events/cloudevents-out.ts'
import { numberCursor, pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { CHUNK, type ReleasePortion, releaseEntry } from './due.ts'
import {
  countQuarantined,
  dropQuarantined,
  listQuarantined,
  type QuarantineFilter,
  type QuarantineRow,
} from './store.ts'

const Reason = Type.Union([Type.Literal('unknown-type'), Type.Literal('invalid')])
const Item = Type.Object(
  {
    id: Type.String(),
    event_type: Type.String(),
    reason: Reason,
    fault: Type.String(),
    says: Type.Object({ en: Type.String(), es: Type.String() }, { description: 'The fault in both languages' }),
    received_at: Type.String({ format: 'date-time' }),
    form: Type.String(),
    event: Type.Unknown(),
  },
  { title: 'QuarantinedEvent' },
)
const FILTER = {
  type: Type.Optional(Type.String({ maxLength: 255 })),
  reason: Type.Optional(Reason),
}
const CHOICE = {
  ids: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems: 1000 })),
  filter: Type.Optional(Type.Object(FILTER)),
}
const PATH = '/backoffice/events/quarantine'
const TAG = 'Backoffice'

const shown = ({ event, reason, fault, receivedAt }: QuarantineRow) => ({
  id: event.id,
  event_type: event.type,
  reason,
  fault: fault.trim(),
  says: faultText(fault.trim()),
  received_at: receivedAt.toISOString(),
  form: event.form,
  event: cloudEventView(event),
})

function filterOf({ ids, filter }: { ids?: string[]; filter?: QuarantineFilter }): QuarantineFilter {
  if ((ids === undefined) === (filter === undefined)) throw invalid({ path: '', message: 'give either ids or filter' })
  return ids === undefined ? (filter ?? {}) : { ids }
}

/** What the catalogue set aside: look, give back, forget. */
export function quarantineRoutes(
  { database, clock }: Pick<Runtime, 'database' | 'clock'>,
  release: ReleasePortion,
): Route[] {
  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'backoffice:read',
      tag: TAG,
      summary: 'Events kept apart because of their type or schema, the newest first',
      query: Type.Object({ ...pageFields, ...FILTER }),
      answer: pageSchema(Item),
      async handle({ identity: { tenant }, query: { cursor, limit = 50, ...filter } }) {
        const before = readCursor(cursor, numberCursor)
        const found = await database.asTenant(tenant, (tx) => listQuarantined(tx, tenant, filter, before, limit))
        const page = pageFrom(found, ({ seq }) => seq)
        return { ...page, items: page.items.map(shown) }
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/retry`,
      permission: 'backoffice:write',
      tag: TAG,
      summary: 'Judge events that are kept apart again, and give those that pass to the log',
      description: `With \`force\` all of them pass. They are given back in the order in which they came: up to ${CHUNK} at once, and the answer says what became of them; of more, soon after it.`,
      body: Type.Object({ ...CHOICE, force: Type.Optional(Type.Boolean({ default: false })) }),
      answer: Type.Object({
        retried: Type.Integer(),
        passed: Type.Optional(Type.Integer({ description: 'Went to the log' })),
        kept: Type.Optional(Type.Integer({ description: 'Stay apart: they do not pass yet' })),
      }),
      status: 202,
      handle: ({ identity, body, traceparent, newId }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const filter = filterOf(body)
          const { count, last } = await countQuarantined(tx, identity.tenant, filter)
          const at = clock.wall()
          const wish = { filter, after: 0, upTo: last, force: body.force === true }
          const key = `retry:${newId()}`
          if (count > CHUNK) tx.schedule([releaseEntry(identity.tenant, key, wish, at)])
          const done = count > CHUNK ? null : await release(tx, identity.tenant, key, wish)
          const after = { ...body, retried: count }
          audit(tx, { identity, traceparent }, { at, action: 'quarantine.retried', target: 'quarantine', after })
          return { retried: count, ...(done === null || done.more ? {} : { passed: done.passed, kept: done.kept }) }
        }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/discard`,
      permission: 'backoffice:write',
      tag: TAG,
      summary: 'Forget events that are kept apart, for good',
      body: Type.Object(CHOICE),
      answer: Type.Object({ discarded: Type.Integer() }),
      handle: ({ identity, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const discarded = await dropQuarantined(tx, identity.tenant, filterOf(body))
          const after = { ...body, discarded }
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'quarantine.discarded', target: 'quarantine', after },
          )
          return { discarded }
        }),
    }),
  ]
}
