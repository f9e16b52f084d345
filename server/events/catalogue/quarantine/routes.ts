import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { faultText } from '#events/catalogue/fault-text.ts'
import { cloudEventView } from '#events/cloudevents-out.ts'
import { editedDraft, severalSources } from '#events/edit.ts'
import { EDIT } from '#events/set-aside-routes.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { numberCursor, pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound, type Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { CHUNK, giveToLog, type Objecting, type ReleasePortion, releaseEntry } from './due.ts'
import {
  countQuarantined,
  dropQuarantined,
  groupQuarantined,
  listQuarantined,
  lockQuarantined,
  type QuarantineFilter,
  type QuarantineGroup,
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
  fault: Type.Optional(Type.String({ maxLength: 10_000, description: 'What is wrong, as a group says it' })),
}
const CHOICE = {
  ids: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems: 1000 })),
  filter: Type.Optional(Type.Object(FILTER)),
}
const Group = Type.Object(
  {
    event_type: Type.String(),
    reason: Reason,
    fault: Type.String(),
    says: Type.Object({ en: Type.String(), es: Type.String() }, { description: 'The fault in both languages' }),
    count: Type.Integer(),
    oldest: Type.String({ format: 'date-time' }),
    newest: Type.String({ format: 'date-time' }),
  },
  { title: 'QuarantineGroup' },
)
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

const groupShown = ({ type, reason, fault, count, oldest, newest }: QuarantineGroup) => ({
  event_type: type,
  reason,
  fault: fault.trim(),
  says: faultText(fault.trim()),
  count,
  oldest: oldest.toISOString(),
  newest: newest.toISOString(),
})

/** The new data do not fit either (400, by the field of the data); or no data could, since nobody knows the type (409). */
function stillWrong({ type }: EventDraft, { kind, fault }: NonNullable<Awaited<ReturnType<Objecting>>>): Problem {
  if (kind === 'unknown-type') {
    return conflict(
      `The type ${type} is not in the catalogue: register it, or let the event pass as it is.`,
      `El tipo ${type} no está en el catálogo: regístralo, o deja pasar el evento tal como está.`,
    )
  }
  const path = `/data${fault.path.replace(/^\/(payload|data)/, '')}`
  return invalid({ path, message: fault.message, messages: faultText(fault.message) })
}

function filterOf({ ids, filter }: { ids?: string[]; filter?: QuarantineFilter }): QuarantineFilter {
  if ((ids === undefined) === (filter === undefined)) throw invalid({ path: '', message: 'give either ids or filter' })
  return ids === undefined ? (filter ?? {}) : { ids }
}

/** What the catalogue set aside: look, give back, forget. */
export function quarantineRoutes(
  { database, clock }: Pick<Runtime, 'database' | 'clock'>,
  release: ReleasePortion,
  objecting: Objecting,
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
      method: 'GET',
      path: `${PATH}/groups`,
      permission: 'backoffice:read',
      tag: TAG,
      summary: 'Events kept apart, by type and by what is wrong with them',
      description: 'The largest groups first, up to 200.',
      answer: Type.Object({ items: Type.Array(Group) }),
      handle: async ({ identity: { tenant } }) => {
        const groups = await database.asTenant(tenant, (tx) => groupQuarantined(tx, tenant))
        return { items: groups.map(groupShown) }
      },
    }),
    route({
      method: 'PUT',
      path: `${PATH}/:id`,
      permission: 'backoffice:write',
      tag: TAG,
      summary: 'Put right the data of an event that is kept apart, and give it to the log',
      description:
        'Refused, with nothing changed, while the schema of its type does not allow the new data. Id, type, subject and time stay. The log has the event with these data; that it was put right, by whom and why, stands in the audit.',
      ...EDIT,
      answer: Type.Object({ id: Type.String(), passed: Type.Literal(1) }),
      refuses: [409],
      handle: ({ identity, params: { id }, query: { source }, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant } = identity
          const rows = (await lockQuarantined(tx, tenant, id)).filter(
            ({ event }) => source === undefined || event.source === source,
          )
          const [row, another] = rows
          if (row === undefined) throw notFound('event', id)
          if (another !== undefined) throw severalSources(rows.map(({ event }) => event.source))
          const edited = editedDraft(row.event, body.data as Json)
          // Of paired systems the log knows another source than the text says.
          const event = { ...row.event, ...edited, source: row.event.source }
          const objection = await objecting(tx, event)
          if (objection !== null) throw stillWrong(event, objection)
          await giveToLog(tx, tenant, [{ key: row.key, event }])
          const after = { reason: body.reason, source: event.source, bytes: Buffer.byteLength(event.raw) }
          const at = clock.wall()
          audit(tx, { identity, traceparent }, { at, action: 'quarantine.edited', target: `event:${id}`, after })
          return { id, passed: 1 as const }
        }),
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
