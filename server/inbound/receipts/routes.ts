import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Refeed } from '../refeed.ts'
import * as schema from '../schemas.ts'
import { findEndpoint } from '../store.ts'
import { receiptView, wholeReceiptView } from '../view.ts'
import { refeedRow } from './refeed.ts'
import { countRefeedable, type Filter, findReceipt, listReceipts } from './store.ts'

const PATH = '/api/v1/inbound-endpoints/:id'
const TAG = 'Inbound webhooks'
/** A count goes so far. */
const MOST_COUNTED = 100_000
/** Receipts of a count that are shown, so that some can be left out. */
const SHOWN = 100
const CURSOR = Type.Tuple([Type.String({ format: 'date-time' }), Type.String({ format: 'uuid' })])

type Given = { status?: Filter['status']; code?: string; verified?: boolean; since?: string; until?: string }

const filterOf = ({ status, code, verified, since, until }: Given): Filter => ({
  status,
  code,
  verified,
  since: since === undefined ? undefined : Date.parse(since),
  until: until === undefined ? undefined : Date.parse(until),
})

/** What came to an endpoint: listed, looked at byte for byte, fed in again. */
export function receiptRoutes(runtime: Runtime, refeed: Refeed): Route[] {
  const { clock, database } = runtime

  async function assertThere(tx: Tx, tenant: string, id: string): Promise<void> {
    if ((await findEndpoint(tx, tenant, id)) === undefined) throw notFound('inbound endpoint', id)
  }

  const noted = (tx: Tx, by: Actor, target: string, after: unknown) =>
    audit(tx, by, { at: clock.wall(), action: 'inbound-receipt.refed', target, after })

  /** Counts, and begins unless it is only a count. */
  async function refeedAll(by: Actor & { newId(): string }, id: string, body: Static<typeof schema.refeeding>) {
    const { tenant } = by.identity
    const { exclude = [], perSecond = schema.PACE, dryRun = false, ...given } = body
    const now = clock.wall()
    // What comes meanwhile is fed as it comes.
    const filter: Filter = { ...filterOf(given), exclude }
    filter.until = Math.min(filter.until ?? now, now)
    return database.asTenant(tenant, async (tx) => {
      await assertThere(tx, tenant, id)
      const { count, first } = await countRefeedable(tx, tenant, id, filter, { most: MOST_COUNTED, show: SHOWN })
      if (!dryRun && count > 0) {
        tx.schedule([refeedRow(tenant, by.newId(), now, { endpoint: id, filter, perSecond, after: null })])
        noted(tx, by, `inbound-endpoint:${id}`, { ...given, count })
      }
      return { count, complete: count < MOST_COUNTED, started: !dryRun, receipts: first.map(receiptView) }
    })
  }

  return [
    route({
      method: 'GET',
      path: `${PATH}/receipts`,
      permission: 'inbound:read',
      tag: TAG,
      summary: 'What came to an endpoint, the latest first, refused messages too',
      params: uuidParams,
      query: Type.Object({ ...pageFields, ...schema.receiptQuery }),
      answer: pageSchema(schema.receipt),
      async handle({ identity: { tenant }, params: { id }, query: { cursor, limit = 50, ...given } }) {
        const before = readCursor(cursor, CURSOR)
        const found = await database.asTenant(tenant, async (tx) => {
          await assertThere(tx, tenant, id)
          return listReceipts(tx, tenant, id, filterOf(given), before, limit)
        })
        const page = pageFrom(found, (last) => [last.received_at.toISOString(), last.id])
        return { ...page, items: page.items.map(receiptView) }
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/receipts/:receiptId`,
      permission: 'inbound:read',
      tag: TAG,
      summary: 'One message as it came, byte for byte',
      params: schema.receiptParams,
      answer: schema.wholeReceipt,
      handle: ({ identity: { tenant }, params: { id, receiptId } }) =>
        database.asTenant(tenant, async (tx) => {
          const row = await findReceipt(tx, tenant, id, receiptId)
          if (row === undefined) throw notFound('receipt', receiptId)
          return wholeReceiptView(row)
        }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/receipts/:receiptId/refeed`,
      permission: 'inbound:write',
      tag: TAG,
      summary: 'Feed one message in again, as it came',
      description:
        'With the secrets and the mapping of now. What is an event already stays the one; under a mapping that was changed since it becomes one more. Answers 422 with what is still wrong with it.',
      params: schema.receiptParams,
      answer: schema.refedOne,
      status: 202,
      refuses: [409, 422],
      async handle({ identity, params: { id, receiptId }, traceparent }) {
        const { tenant } = identity
        const { events, duplicate } = await refeed(tenant, id, receiptId)
        const made = events.map(({ id: eventId, type, admission }) => ({
          eventId,
          routingKey: type,
          ...(admission.duplicate ? { duplicate: true } : {}),
        }))
        await database.asTenant(tenant, async (tx) => {
          noted(tx, { identity, traceparent }, `inbound-receipt:${receiptId}`, { events: made, duplicate })
        })
        return { duplicate, events: made }
      },
    }),
    route({
      method: 'POST',
      path: `${PATH}/refeed`,
      permission: 'inbound:write',
      tag: TAG,
      summary: 'Feed in again what came to an endpoint, by filter; with `dryRun` it is only counted',
      params: uuidParams,
      body: schema.refeeding,
      answer: schema.refed,
      status: 202,
      idempotent: true,
      handle: (call) => refeedAll(call, call.params.id, call.body),
    }),
  ]
}
