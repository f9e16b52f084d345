import { Type } from '@sinclair/typebox'
import { calendarKeyOf, calendarsOf } from '#conversations/index.ts'
import { assertPublicUrl, outgoingHttp } from '#deliveries/index.ts'
import { isOwnType, ownTypeFault, patternFaults } from '#events/index.ts'
import type { Json } from '#platform/event.ts'
import { canonicalJson } from '#platform/http/idempotency.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Identity, type Route, route } from '#platform/http/route.ts'
import { conflict, type Fault, invalid, notFound, Problem, says } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { timerAnswer } from './answer.ts'
import { FIRE_KIND } from './due.ts'
import type { TimerRetention } from './retention.ts'
import { findTimer, insertTimer, listTimers, lockTimers, updateTimers } from './store.ts'
import { type Moment, momentOf, shown, type Timer, type TimerEvent, type When } from './timer.ts'

/** Ids stand in paths, headers and logs: no control characters. */
const ID = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001f\\u007f\\p{Cs}]+$',
  description: 'Without control characters',
})
const PARAMS = Type.Object({ id: ID })
const STATUS = Type.Union((['scheduled', 'fired', 'failed', 'cancelled'] as const).map((name) => Type.Literal(name)))
const WHEN = {
  dueAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'Up to a day back fires at once; at most ten years ahead' }),
  ),
  delay: Type.Optional(Type.String({ maxLength: 60, description: 'ISO 8601 duration, for example PT4H' })),
  calendar: Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, description: 'Business calendar: the delay stops while it is closed' }),
  ),
}
const EVENT = Type.Object({
  type: Type.String({ minLength: 1, maxLength: 255 }),
  subject: Type.Optional(ID),
  data: Type.Optional(Type.Unknown()),
})
/** A row waits in memory and in the database: what it carries is a reference, not a document. */
const PAYLOAD_BYTES = 65_536
const CURSOR = Type.Object({ dueAt: Type.Number(), id: Type.String() })

export function timerRoutes(runtime: Runtime, retention: TimerRetention): Route[] {
  const { database, clock } = runtime

  /** @throws Problem 400 */
  async function momentIn(tx: Tx, tenant: string, when: When, now: number): Promise<Moment> {
    const key = when.calendar === undefined ? null : { tenant, calendarId: when.calendar }
    const calendars = await calendarsOf(tx, key === null ? [] : [key])
    const { moment, faults } = momentOf(when, key && calendars.get(calendarKeyOf(key)), now)
    if (moment === undefined) throw invalid(...faults)
    return moment
  }

  /**
   * Changes a timer that has not fired. Its due row is taken first, as whoever fires it does: in the other order
   * the two would wait for each other.
   */
  function change(identity: Identity, id: string, to: (timer: Timer, tx: Tx, now: number) => Promise<Timer>) {
    const { tenant } = identity
    return database.asTenant(tenant, async (tx) => {
      tx.unschedule(FIRE_KIND, tenant, [id])
      const [timer] = await lockTimers(tx, [{ tenant, id }])
      if (timer === undefined) throw notFound('timer', id)
      const changed = await to(timer, tx, clock.now())
      updateTimers(tx, [changed])
      retention.ended(tx, [changed])
      if (changed.status === 'scheduled') {
        tx.schedule([{ kind: FIRE_KIND, tenant, key: id, dueAt: changed.dueAt }])
      }
      return changed
    })
  }

  return [
    route({
      method: 'POST',
      path: '/api/v1/timers',
      permission: 'timers:write',
      tag: 'Timers',
      summary: 'Have something called, or an event born, at a time',
      body: Type.Object({
        id: Type.Optional(ID),
        ...WHEN,
        callbackUrl: Type.Optional(Type.String({ maxLength: 2_048 })),
        event: Type.Optional(EVENT),
        payload: Type.Optional(Type.Unknown({ description: 'Goes with the call' })),
      }),
      answer: timerAnswer,
      status: 201,
      idempotent: true,
      async handle({ identity, body, traceparent, chain, newId, request }) {
        const { tenant, actor } = identity
        const { id = newId(), callbackUrl, event, payload } = body
        const faults = targetFaults(body, runtime)
        if (faults.length > 0) throw invalid(...faults)
        if (event !== undefined && !identity.permissions.has('events:write')) {
          throw new Problem(403, 'timers/event-not-allowed', 'A timer with an event needs the permission events:write.')
        }
        return database.asTenant(tenant, async (tx) => {
          const now = clock.now()
          const timer: Timer = {
            tenant,
            id,
            status: 'scheduled',
            ...(await momentIn(tx, tenant, body, now)),
            callbackUrl: callbackUrl ?? null,
            event: (event as TimerEvent | undefined) ?? null,
            payload: (payload ?? null) as Json,
            error: null,
            attempts: null,
            traceparent,
            ...chain,
            createdBy: actor,
            createdAt: now,
            updatedAt: now,
            firedAt: null,
          }
          if (!(await insertTimer(tx, timer))) {
            const earlier = await findTimer(tx, tenant, id)
            // A repeat after a crash finds what was made before it.
            const repeats = request.headers['idempotency-key'] !== undefined && earlier && isSameWork(earlier, timer)
            if (repeats) return shown(earlier)
            throw conflict(
              `There is a timer ${JSON.stringify(id)} already.`,
              `Ya hay un temporizador ${JSON.stringify(id)}.`,
            )
          }
          tx.schedule([{ kind: FIRE_KIND, tenant, key: id, dueAt: timer.dueAt }])
          return shown(timer)
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/timers',
      permission: 'timers:read',
      tag: 'Timers',
      summary: 'List timers by due time; `status=failed` shows the calls that nobody took',
      query: Type.Object({ ...pageFields, status: Type.Optional(STATUS) }),
      answer: pageSchema(timerAnswer),
      async handle({ identity: { tenant }, query }) {
        const { limit = 50, cursor, status } = query
        const after = readCursor(cursor, CURSOR)
        const found = await database.asTenant(tenant, (tx) => listTimers(tx, tenant, { status, after, limit }))
        const page = pageFrom(found, ({ dueAt, id }) => ({ dueAt, id }))
        return { ...page, items: page.items.map(shown) }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/timers/:id',
      permission: 'timers:read',
      tag: 'Timers',
      summary: 'One timer',
      params: PARAMS,
      answer: timerAnswer,
      async handle({ identity: { tenant }, params }) {
        const timer = await database.asTenant(tenant, (tx) => findTimer(tx, tenant, params.id))
        if (timer === undefined) throw notFound('timer', params.id)
        return shown(timer)
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/v1/timers/:id',
      permission: 'timers:write',
      tag: 'Timers',
      summary: 'Move a timer that has not fired; a delay counts from now',
      params: PARAMS,
      body: Type.Object(WHEN),
      answer: timerAnswer,
      refuses: [409],
      async handle({ identity, params, body }) {
        const moved = await change(identity, params.id, async (timer, tx, now) => {
          if (timer.status !== 'scheduled')
            throw conflict(`The timer is ${timer.status} already.`, 'El temporizador ya no espera.')
          return { ...timer, ...(await momentIn(tx, identity.tenant, body, now)), updatedAt: now }
        })
        return shown(moved)
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/timers/:id',
      permission: 'timers:write',
      tag: 'Timers',
      summary: 'Cancel a timer that has not fired; it stays listed as cancelled',
      params: PARAMS,
      status: 204,
      refuses: [409],
      async handle({ identity, params }) {
        await change(identity, params.id, async (timer, _tx, now) => {
          if (timer.status !== 'scheduled' && timer.status !== 'cancelled') {
            throw conflict(`The timer is ${timer.status} already.`, 'El temporizador ya no espera.')
          }
          return { ...timer, status: 'cancelled', updatedAt: now }
        })
      },
    }),
  ]
}

const workOf = ({ createdBy, callbackUrl, event, payload }: Timer) =>
  canonicalJson([createdBy, callbackUrl, event, payload])
const isSameWork = (a: Timer, b: Timer): boolean => workOf(a) === workOf(b)

function targetFaults(
  body: { callbackUrl?: string; event?: { type: string; data?: unknown }; payload?: unknown },
  runtime: Runtime,
): Fault[] {
  const { callbackUrl, event, payload } = body
  const faults = exactlyOne(body, ['callbackUrl', 'event'])
  if (callbackUrl !== undefined)
    faults.push(...assertPublicUrl(callbackUrl, outgoingHttp(runtime).allow, '/callbackUrl'))
  if (event !== undefined) {
    faults.push(...patternFaults(event.type, '/event/type'))
    if (/[*#]/.test(event.type))
      faults.push({ path: '/event/type', ...says('must not hold * or #', 'no debe tener * ni #') })
    if (isOwnType(event.type)) {
      const messages = ownTypeFault(event.type)
      faults.push({ path: '/event/type', message: messages.en, messages })
    }
    if (payload !== undefined)
      faults.push({
        path: '/payload',
        ...says('goes with a call; an event has data', 'va con una llamada; un evento tiene datos'),
      })
  }
  for (const [path, value] of [['/payload', payload] as const, ['/event/data', event?.data] as const]) {
    if (value !== undefined && Buffer.byteLength(JSON.stringify(value)) > PAYLOAD_BYTES) {
      faults.push({
        path,
        ...says(`must have at most ${PAYLOAD_BYTES} bytes`, `debe tener como máximo ${PAYLOAD_BYTES} bytes`),
      })
    }
  }
  return faults
}
