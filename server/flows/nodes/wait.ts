import { Type } from '@sinclair/typebox'
import { Temporal } from 'temporal-polyfill'
import { type Cel, CelFault, compileCel, momentOf } from '#flows/cel.ts'
import { SAMPLES, scopeAt } from '#flows/constants.ts'
import { fieldWords } from '#flows/field-words.ts'
import type { Walk } from '#flows/flow.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { CALENDAR, DURATION, EXPRESSION, NO_BUSINESS_TIME, NOTHING, noZone, onlyWith } from '#flows/nodes/fields.ts'
import { park, stepFault } from '#flows/walk.ts'
import { addSpan, parseDuration, type Span } from '#platform/duration.ts'
import { oneOfFaults } from '#platform/schema/one-of.ts'

/** Visits after which a run may no longer go through waits that take no time. */
const FAST_VISITS = 200
const FURTHEST_MS = 3_660 * 86_400_000

/** A cycle of the shortest waits must not spin: a long run waits a second at least. */
export const soonest = ({ visit, now }: Walk): number => (visit > FAST_VISITS ? now + 1_000 : now)

/** Lets time pass: a duration (of business time, if a calendar is named), until a moment, or until a time of day. */
export const wait = nodeKind({
  type: 'wait',
  onlyWaits: true,
  staysInside: true,
  definition: {
    title: { es: 'Esperar', en: 'Wait' },
    data: Type.Object(
      {
        for: Type.Optional(DURATION),
        until: Type.Optional(EXPRESSION),
        time: Type.Optional(Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' })),
        zone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone' })),
        calendar: Type.Optional(CALENDAR),
      },
      { additionalProperties: false },
    ),
    ways: () => ['out'],
    waits: (data) => data.until === undefined || movesOn(data.until),
  },
  compile(data, compiler) {
    for (const { name, says } of oneOfFaults(data, ['for', 'until', 'time'], fieldWords)) compiler.fault(name, says)
    if ((data.time === undefined) !== (data.zone === undefined)) {
      compiler.fault('zone', { en: 'goes with time, and time with it', es: 'va con time, y time con ella' })
    }
    if (data.zone !== undefined && !isZone(data.zone)) {
      compiler.fault('zone', noZone(data.zone))
    }
    if (data.calendar !== undefined && data.for === undefined) {
      compiler.fault('calendar', onlyWith('for'))
    }
    if (data.calendar !== undefined) compiler.calendar('calendar', data.calendar)
    const span = data.for === undefined ? null : compiler.duration('for', data.for)
    const stated = data.for === undefined ? null : parseDuration(data.for)
    if (stated?.ms === 0 && stated.months === 0) compiler.fault('for', NOTHING)
    if (span !== null && span.months > 0 && data.calendar !== undefined) {
      compiler.fault('for', NO_BUSINESS_TIME)
    }
    return {
      span,
      until: data.until === undefined ? null : compiler.cel('until', data.until, 'time'),
      clock: data.time === undefined || data.zone === undefined ? null : { time: data.time, zone: data.zone },
      calendar: data.calendar ?? null,
    }
  },
  advance(ready, walk) {
    const moment = momentFor(ready, walk)
    // What has passed is no wait: a cycle of such takes its thousand steps at once, and fails naming its node.
    if (moment <= walk.now) {
      walk.step.input = { until: new Date(moment).toISOString() }
      return 'out'
    }
    const at = Math.max(moment, soonest(walk))
    if (at > walk.now + FURTHEST_MS) throw new StepFault(`${new Date(at).toISOString()} is more than ten years ahead`)
    walk.step.input = { until: new Date(at).toISOString() }
    return park(walk, 'time', at)
  },
  resume: (_ready, _walk, news) => (news.kind === 'timer' ? 'out' : null),
})

/**
 * Whether the moment of `until` can lie ahead each time a run comes round to it. What reads only the event that
 * started the run is the same for ever; what reads only `now` is tried. Anything else may move on.
 */
function movesOn(until: string): boolean {
  const { cel, doubts } = compileCel(until, 'time')
  if (cel === undefined || doubts.length > 0) return true
  const roots = [...cel.roots]
  if (roots.every((root) => root === 'event')) return false
  if (!roots.every((root) => root === 'now')) return true
  return SAMPLES.some((now) => {
    try {
      return momentOf(cel, scopeAt(now)) > now
    } catch (error) {
      if (error instanceof CelFault) return true
      throw error
    }
  })
}

type Ready = {
  span: Span | null
  until: Cel | null
  clock: { time: string; zone: string } | null
  calendar: string | null
}

function momentFor({ span, until, clock, calendar }: Ready, walk: Walk): number {
  if (span !== null) return afterSpan(walk, span, calendar)
  if (clock !== null) return nextTimeOfDay(clock.time, clock.zone, walk.now)
  if (until === null) throw new StepFault('has nothing to wait for')
  try {
    return momentOf(until, walk.scope)
  } catch (error) {
    if (error instanceof CelFault) throw stepFault(error)
    throw error
  }
}

/** The end of a duration that begins now, in open time of the calendar if one is named. @throws StepFault */
export function afterSpan(walk: Walk, span: Span, calendar: string | null): number {
  if (calendar === null) return addSpan(walk.now, span)
  const at = walk.env.addBusinessTime(calendar, walk.now, span.ms)
  if (at === null) throw new StepFault(`there is no calendar ${calendar}, or it never opens`)
  return at
}

/**
 * The next moment after `now` at which clocks in `zone` show `time`. A time that the clock change skips comes as
 * much later as the clocks went forward; one that comes twice is its first.
 */
export function nextTimeOfDay(time: string, zone: string, now: number): number {
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone)
  const wanted = Temporal.PlainTime.from(time)
  for (let days = 0; ; days++) {
    const at = here.toPlainDate().add({ days }).toZonedDateTime({ timeZone: zone, plainTime: wanted }).epochMilliseconds
    if (at > now) return at
  }
}

/** Whether there is a time zone of that name. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}
