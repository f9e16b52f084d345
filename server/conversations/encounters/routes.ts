import { type TSchema, Type } from '@sinclair/typebox'
import type { Because } from '#conversations/encounters/command.ts'
import type { Action } from '#conversations/encounters/decide.ts'
import type { Desk } from '#conversations/encounters/desk.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import type { Opening } from '#conversations/encounters/open.ts'
import { LONGEST_SNOOZE_MS } from '#conversations/encounters/outside.ts'
import * as schema from '#conversations/encounters/schema.ts'
import { type EncounterKey, listEncounters, readEncounters } from '#conversations/encounters/store.ts'
import { id, idCursor, idParams } from '#conversations/fields.ts'
import type { Links } from '#conversations/links/links.ts'
import { readQueue, rulesOf } from '#conversations/queues/store.ts'
import { type Message, readMessage, readMessages } from '#conversations/thread/store.ts'
import type { Found } from '#platform/bounded-page.ts'
import { numberCursor, pageFields, pageFrom, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Call, type Route, route } from '#platform/http/route.ts'
import { uuidv7 } from '#platform/ids.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { CONFLICT_SQLSTATE, type Db } from '#platform/work.ts'

const tag = 'Encounters'
const PATH = '/api/v1/encounters'

const because = ({ chain, traceparent }: Pick<Call<unknown, unknown, unknown>, 'chain' | 'traceparent'>): Because => ({
  ...chain,
  traceparent,
})

/** Conversations: opened, read, written into, handed over, closed. */
export function encounterRoutes(runtime: Runtime, desk: Desk, links: Links): Route[] {
  const { clock, database } = runtime

  const perform = (
    call: Pick<
      Call<{ id: string }, unknown, unknown>,
      'identity' | 'params' | 'traceparent' | 'chain' | 'newId' | 'request'
    >,
    action: Action,
    actionId = call.newId(),
  ) => {
    const at = clock.now()
    const { tenant } = call.identity
    const input = { ...action, id: actionId, at }
    const about = { tenant, encounterId: call.params.id, because: because(call) }
    return desk.act({ ...about, input, repeats: isKeyed(call) })
  }

  async function viewAll(tenant: string, encounters: readonly Encounter[]) {
    const keys = encounters.map((encounter) => ({ tenant, encounterId: encounter.id }))
    const rules = await database.asTenant(tenant, (tx) => rulesOf(tx, keys, []))
    return encounters.map((encounter) =>
      schema.encounterView(encounter, rules.of(tenant, encounter.queueId), clock.now()),
    )
  }

  async function view(tenant: string, encounterId: string) {
    const key = { tenant, encounterId }
    const [[encounter], rules] = await database.asTenant(tenant, (tx) =>
      Promise.all([readEncounters(tx, [key]), rulesOf(tx, [key], [])]),
    )
    if (encounter === undefined) throw notFound('encounter', encounterId)
    return schema.encounterView(encounter, rules.of(tenant, encounter.queueId), clock.now())
  }

  /** The message that an earlier try of the same request wrote before it was cut off. */
  const written = async (tenant: string, encounterId: string, id: string) =>
    (await database.asTenant(tenant, (tx) => readMessage(tx, { tenant, encounterId }, id))) ?? null

  const isOpenedAs = async ({ tenant, id: encounterId, queueId, contactId, channel }: Opening): Promise<boolean> => {
    const [found] = await database.asTenant(tenant, (tx) => readEncounters(tx, [{ tenant, encounterId }]))
    return (
      found !== undefined && found.queueId === queueId && found.contactId === contactId && found.channel === channel
    )
  }

  /** A command that answers with the encounter as it is then. */
  const command = <B extends TSchema>(
    name: string,
    summary: string,
    body: B,
    action: (call: Call<{ id: string }, unknown, B['static']>) => Action | Promise<Action>,
  ): Route =>
    route({
      method: 'POST',
      path: `${PATH}/:id/${name}`,
      permission: 'conversations:write',
      summary,
      tag,
      idempotent: true,
      params: idParams,
      body,
      answer: schema.encounterAnswer,
      handle: async (call) => {
        await perform(call, await action(call))
        return view(call.identity.tenant, call.params.id)
      },
    })

  const known = async (tenant: string, queueId: string): Promise<string> => {
    const queue = await database.asTenant(tenant, (tx) => readQueue(tx, tenant, queueId))
    if (queue === null)
      throw invalid({
        path: '/queueId',
        ...says(`there is no queue ${JSON.stringify(queueId)}`, `no hay ninguna cola ${JSON.stringify(queueId)}`),
      })
    return queueId
  }

  const later = (until: string): number => {
    const at = Date.parse(until)
    const now = clock.now()
    if (at <= now) throw invalid({ path: '/until', ...says('must lie in the future', 'debe estar en el futuro') })
    if (at > now + LONGEST_SNOOZE_MS)
      throw invalid({ path: '/until', ...says('must be within ten years', 'debe estar dentro de diez años') })
    return at
  }

  return [
    route({
      method: 'POST',
      path: PATH,
      permission: 'conversations:write',
      summary: 'Open an encounter',
      tag,
      status: 201,
      idempotent: true,
      body: schema.openBody,
      answer: schema.encounterAnswer,
      handle: async (call) => {
        const { body } = call
        const { tenant } = call.identity
        const opening = { tenant, ...body, id: body.id ?? call.newId(), at: clock.now(), because: because(call) }
        if (!(isKeyed(call) && (await isOpenedAs(opening)))) await desk.open(opening)
        return view(tenant, opening.id)
      },
    }),
    route({
      method: 'GET',
      path: PATH,
      permission: 'conversations:read',
      summary: 'Encounters by id',
      tag,
      query: Type.Object({
        ...pageFields,
        status: Type.Optional(schema.status),
        queueId: Type.Optional(id),
        contactId: Type.Optional(id),
      }),
      answer: pageSchema(schema.encounterAnswer),
      handle: async ({ identity: { tenant }, query }) => {
        const limit = query.limit as number
        const after = readCursor(query.cursor, idCursor) ?? ''
        const rows = await database.asTenant(tenant, (tx) => listEncounters(tx, tenant, query, limit, after))
        const page = pageOf(rows, limit, (last) => last.id)
        return { ...page, items: await viewAll(tenant, page.items) }
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      permission: 'conversations:read',
      summary: 'An encounter, and what happens next',
      tag,
      params: idParams,
      answer: schema.encounterAnswer,
      handle: ({ identity, params }) => view(identity.tenant, params.id),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/messages`,
      permission: 'conversations:write',
      summary: 'Write a message; one of the patient is a sign of life',
      tag,
      status: 201,
      idempotent: true,
      params: idParams,
      body: schema.messageBody,
      answer: schema.messageAnswer,
      handle: async (call) => {
        const messageId = call.newId()
        const earlier = isKeyed(call) ? await written(call.identity.tenant, call.params.id, messageId) : null
        if (earlier !== null) return schema.messageView(earlier)
        try {
          const writer = call.body.from === 'agent' ? { writtenBy: call.identity.actor } : {}
          const { messages } = await perform(call, { kind: 'message', ...call.body, ...writer }, messageId)
          const [said] = messages
          if (said === undefined) throw new Error('a message was taken and not written')
          return schema.messageView({ ...said, createdAt: said.at })
        } catch (error) {
          // Another try of the same request was faster: it was thought dead, or thinks so of this one.
          if (!isKeyed(call) || (error as { code?: string }).code !== CONFLICT_SQLSTATE) throw error
          const meanwhile = await written(call.identity.tenant, call.params.id, messageId)
          if (meanwhile === null) throw error
          return schema.messageView(meanwhile)
        }
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id/messages`,
      permission: 'conversations:read',
      summary: 'The thread, from its beginning or from its end',
      tag,
      params: idParams,
      query: Type.Object({
        ...pageFields,
        order: Type.Optional(
          Type.Union([Type.Literal('oldest'), Type.Literal('newest')], {
            default: 'oldest',
            description: 'Which message comes first; a cursor goes on in the order that it was given in',
          }),
        ),
      }),
      answer: pageSchema(schema.messageAnswer),
      handle: async ({ identity: { tenant }, params, query }) => {
        const limit = query.limit as number
        const key = { tenant, encounterId: params.id }
        const place = readCursor(query.cursor, numberCursor)
        const [[encounter], found] = await database.asTenant(tenant, (tx) =>
          Promise.all([
            readEncounters(tx, [key]),
            query.order === 'newest' ? readLast(tx, key, limit, place) : readMessages(tx, key, limit, place ?? 0),
          ]),
        )
        if (encounter === undefined) throw notFound('encounter', params.id)
        const page = pageFrom(found, (last) => last.seq)
        return { ...page, items: page.items.map(schema.messageView) }
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/link`,
      permission: 'conversations:write',
      summary: 'A signed link that leads its person to this conversation',
      tag,
      status: 201,
      idempotent: true,
      params: idParams,
      body: Type.Optional(schema.linkBody),
      answer: Type.Object({ url: Type.String(), expiresAt: Type.String() }),
      handle: async ({ identity: { tenant }, params, body }) => {
        const [encounter] = await database.asTenant(tenant, (tx) =>
          readEncounters(tx, [{ tenant, encounterId: params.id }]),
        )
        if (encounter === undefined) throw notFound('encounter', params.id)
        const now = clock.now()
        return links.sign({
          tenant,
          encounterId: encounter.id,
          contactId: encounter.contactId,
          oneUse: body?.oneUse ?? false,
          expiresAt: now + (body?.expiresInS === undefined ? links.defaultTtlMs : body.expiresInS * 1000),
          nonce: uuidv7(now),
        })
      },
    }),
    command('close', 'Close an encounter; a closed one stays as it is', schema.closeBody, ({ body }) => ({
      kind: 'close',
      ...body,
    })),
    command('visit', 'The person opened the conversation elsewhere: a sign of life', schema.visitBody, ({ body }) => ({
      kind: 'visit',
      how: body.how,
    })),
    command('assign', 'Give it to a team or a person', schema.assignBody, ({ body }) => {
      if (body.team == null && body.user == null) {
        throw invalid({
          path: '/user',
          ...says(
            'is missing: give a user, a team or both; `return` gives it to nobody',
            'falta: di una persona, un equipo o ambos',
          ),
        })
      }
      return { kind: 'assign', ...body }
    }),
    command('transfer', 'Move it to another queue', schema.transferBody, async ({ body, identity }) => ({
      kind: 'transfer',
      queueId: await known(identity.tenant, body.queueId),
    })),
    command('return', 'Give it back to its queue', Type.Object({}), () => ({ kind: 'return' })),
    command('bot', 'Leave it with the bot', Type.Object({}), () => ({ kind: 'bot' })),
    command('snooze', 'Let it rest until a time; the silence counts from then', schema.snoozeBody, ({ body }) => ({
      kind: 'snooze',
      until: later(body.until),
    })),
    command(
      'extend',
      'Give more time until the close; the warning stays where it is, and flows that it began no longer close',
      schema.extendBody,
      ({ body }) => ({
        kind: 'extend',
        byMs: body.minutes * 60_000,
        byHand: true,
      }),
    ),
  ]
}

/** The last messages, the newest first. */
async function readLast(db: Db, key: EncounterKey, limit: number, before: number | undefined): Promise<Found<Message>> {
  const { rows, more } = await readMessages(db, key, limit, null, before)
  return { rows: rows.toReversed(), more }
}

/** A repeat may find its own work only where the caller said by a key that it is one. */
const isKeyed = ({ request }: Pick<Call<unknown, unknown, unknown>, 'request'>): boolean =>
  request.headers['idempotency-key'] !== undefined
