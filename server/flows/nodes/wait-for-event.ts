import { Type } from '@sinclair/typebox'
import { type Cel, CelFault, holds, keyOf, type Scope } from '#flows/cel.ts'
import type { Walk } from '#flows/flow.ts'
import { nodeKind } from '#flows/node-kind.ts'
import { CALENDAR, DURATION, EVENT_TYPE, EXPRESSION, NO_BUSINESS_TIME, NOTHING } from '#flows/nodes/fields.ts'
import { afterSpan, soonest } from '#flows/nodes/wait.ts'
import type { EventView } from '#flows/run.ts'
import { park, sawEvent } from '#flows/walk.ts'
import { parseDuration } from '#platform/duration.ts'

/**
 * Waits for an event of the run's key, or until a time-out. `key` finds the key in the incoming event, which it
 * calls `event`; in `where` the incoming event is `last`, since `event` is the one that started the run.
 */
export const waitForEvent = nodeKind({
  type: 'waitForEvent',
  onlyWaits: true,
  staysInside: true,
  definition: {
    title: { es: 'Esperar un evento', en: 'Wait for an event' },
    data: Type.Object(
      {
        event: EVENT_TYPE,
        key: Type.Optional(EXPRESSION),
        where: Type.Optional(EXPRESSION),
        timeout: Type.Optional(DURATION),
        calendar: Type.Optional(CALENDAR),
      },
      { additionalProperties: false },
    ),
    ways: (data) => (data.timeout === undefined ? ['event'] : ['event', 'timeout']),
    mustLead: (data) => (data.timeout === undefined ? ['event'] : ['event', 'timeout']),
    waits: () => true,
  },
  compile(data, compiler) {
    const key = data.key === undefined ? undefined : compiler.cel('key', data.key, 'key')
    const timeout = data.timeout === undefined ? null : compiler.duration('timeout', data.timeout)
    const stated = data.timeout === undefined ? null : parseDuration(data.timeout)
    if (stated?.ms === 0 && stated.months === 0) compiler.doubt('timeout', NOTHING)
    if (data.calendar !== undefined) {
      compiler.calendar('calendar', data.calendar)
      if (timeout === null) {
        compiler.fault('calendar', { en: 'goes with timeout only', es: 'solo va con timeout' })
      } else if (timeout.months > 0) compiler.fault('timeout', NO_BUSINESS_TIME)
    }
    compiler.listens(data.event, key)
    return {
      event: data.event,
      key,
      where: data.where === undefined ? null : compiler.cel('where', data.where, 'condition'),
      timeout,
      calendar: data.calendar ?? null,
    }
  },
  advance({ event, timeout, calendar }, walk) {
    const wakeAt = timeout === null ? null : Math.max(afterSpan(walk, timeout, calendar), soonest(walk))
    walk.step.input = { event, timeoutAt: wakeAt === null ? null : new Date(wakeAt).toISOString() }
    return park(walk, 'event', wakeAt, event)
  },
  resume({ event, key, where }, walk, news) {
    if (news.kind === 'timer') return 'timeout'
    if (news.kind !== 'event' || news.event.type !== event) return null
    if (keyFor(key === undefined ? walk.flow.key : key, news.event, walk.scope) !== walk.key) return null
    if (where !== null && !narrows(where, walk, news.event)) return null
    sawEvent(walk, news.event, news.position)
    walk.step.output = { event: news.event.id, type: news.event.type }
    return 'event'
  },
})

/** An incoming event's key: its subject, or what the expression finds in it. */
export function keyFor(key: Cel | null, event: EventView, scope: Scope): string | null {
  return key === null ? event.subject : keyOf(key, { ...scope, event })
}

/** `where` with the incoming event as `last`. One that cannot be answered for this event does not hold. */
function narrows(where: Cel, walk: Walk, incoming: EventView): boolean {
  try {
    return holds(where, { ...walk.scope, last: incoming })
  } catch (error) {
    if (error instanceof CelFault) return false
    throw error
  }
}
