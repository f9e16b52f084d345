import { Temporal } from 'temporal-polyfill'
import {
  type Drawing,
  durationOf,
  listOf,
  memberPath,
  membersOf,
  numberIn,
  ownIn,
  textIn,
} from '#flows/portable/drawing.ts'
import { celOf, isExpression } from '#flows/portable/n8n-expressions.ts'
import type { Maker, Step } from '#flows/portable/n8n-step.ts'

/*
 * When a workflow of n8n begins by the clock, and how long it waits.
 */

function cronOf(interval: { [name: string]: unknown }): string | null {
  const n = (value: unknown, usual: number) => numberIn(value) ?? usual
  const minute = n(interval.triggerAtMinute, 0)
  const hour = n(interval.triggerAtHour, 0)
  switch (textIn(interval.field) || 'days') {
    case 'cronExpression': {
      const fields = textIn(interval.expression).replace(/^=/, '').trim().split(/\s+/)
      return fields.length === 6 && fields[0] === '0'
        ? fields.slice(1).join(' ')
        : fields.length === 5
          ? fields.join(' ')
          : null
    }
    case 'minutes':
      return `*/${n(interval.minutesInterval, 5)} * * * *`
    case 'hours':
      return `${minute} */${n(interval.hoursInterval, 1)} * * *`
    case 'days':
      return n(interval.daysInterval, 1) === 1
        ? `${minute} ${hour} * * *`
        : `${minute} ${hour} */${n(interval.daysInterval, 1)} * *`
    case 'weeks': {
      const days = Array.isArray(interval.triggerAtDay) ? interval.triggerAtDay.map((day) => n(day, 0)).join(',') : '0'
      return n(interval.weeksInterval, 1) === 1 ? `${minute} ${hour} * * ${days}` : null
    }
    case 'months':
      return n(interval.monthsInterval, 1) === 1 ? `${minute} ${hour} ${n(interval.triggerAtDayOfMonth, 1)} * *` : null
    default:
      return null
  }
}

const noZone = (drawn: Drawing, id: string, name: string) =>
  drawn.note(
    id,
    `${name}: the workflow names no time zone; UTC was taken`,
    `${name}: el workflow no indica zona horaria; se tomó UTC`,
  )

/** Whether a cron counts intervals as n8n does: within an hour, a day or a month it begins anew. */
const countsAnew = ({ field, minutesInterval, hoursInterval, daysInterval }: { [name: string]: unknown }): boolean => {
  const n = (value: unknown) => numberIn(value) ?? 1
  switch (textIn(field) || 'days') {
    case 'minutes':
      return 60 % (numberIn(minutesInterval) ?? 5) !== 0
    case 'hours':
      return 24 % n(hoursInterval) !== 0
    case 'days':
      return n(daysInterval) !== 1
    default:
      return false
  }
}

export const schedule: Maker = ({ drawn, step: { name, parameters, at }, zone }) => {
  const rules = listOf(membersOf(parameters.rule).interval)
  const [first, ...more] = rules.length === 0 ? [{}] : rules
  const cron = cronOf(first ?? {})
  if (cron === null) {
    const every = textIn(first?.field).slice(0, 100)
    return {
      unfit: [
        `it repeats as no cron here can say (${every})`,
        `se repite como aquí ningún cron puede decirlo (${every})`,
      ],
    }
  }
  const id = drawn.add(name, 'trigger', { schedule: { cron, zone: zone ?? 'UTC' } }, at)
  if (zone === null) noZone(drawn, id, name)
  if (countsAnew(first ?? {}))
    drawn.note(
      id,
      `${name}: counts its interval anew each hour, day or month (${cron}); n8n counted it from the last time`,
      `${name}: cuenta su intervalo de nuevo cada hora, día o mes (${cron}); n8n lo contaba desde la última vez`,
    )
  if (more.length > 0)
    drawn.note(
      id,
      `${name}: only the first of ${rules.length} times was taken`,
      `${name}: solo se tomó el primero de ${rules.length} horarios`,
    )
  return { id, value: (path) => memberPath('event.data', path) }
}

const JAVASCRIPT = [
  'how long it waits is JavaScript, which nothing here runs',
  'cuánto espera es JavaScript, que aquí nada ejecuta',
] as const

/** A number of CEL as so long a time; a text that says one will do. */
const SPANS: { readonly [unit: string]: (number: string) => string } = {
  seconds: (number) => `duration(string(${number}) + "s")`,
  minutes: (number) => `duration(string(${number}) + "m")`,
  hours: (number) => `duration(string(${number}) + "h")`,
  days: (number) => `duration(string(double(${number}) * 24.0) + "h")`,
}

/** How long n8n waits to be resumed at most; null: until a time of the calendar. */
const limitOf = ({ limitType, resumeAmount = 1, resumeUnit = 'hours' }: Step['parameters']): string | null =>
  (textIn(limitType) || 'afterTimeInterval') === 'afterTimeInterval' ? durationOf(resumeAmount, resumeUnit) : null

/** A moment as n8n writes it: with its offset, or by the clocks of the workflow. @returns null where it is none */
function momentOf(text: string, zone: string): { at: Temporal.Instant; byClock: boolean } | null {
  try {
    if (/(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(text.slice(10))) return { at: Temporal.Instant.from(text), byClock: false }
    return { at: Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant(), byClock: true }
  } catch {
    return null
  }
}

export const wait: Maker = ({ drawn, step: { name, parameters, at, version }, source, zone }) => {
  const resume = textIn(parameters.resume) || 'timeInterval'
  if (resume === 'specificTime') {
    if (isExpression(parameters.dateTime)) {
      const moment = celOf(parameters.dateTime, source)
      if (moment.kept) return { unfit: JAVASCRIPT }
      const id = drawn.add(name, 'wait', { until: moment.cel === 'now' ? 'now' : `timestamp(${moment.cel})` }, at)
      drawn.note(
        id,
        `${name}: waits until the moment in ${moment.cel}, which has to say its offset (2027-01-31T09:00:00Z); without it the run fails`,
        `${name}: espera hasta el momento de ${moment.cel}, que debe llevar su desfase horario (2027-01-31T09:00:00Z); sin él la ejecución falla`,
      )
      return { id }
    }
    const written = textIn(parameters.dateTime).trim()
    const moment = momentOf(written, zone ?? 'UTC')
    if (moment === null)
      return {
        unfit: [
          `the moment that it waits for is none (${written.slice(0, 100)})`,
          `el momento que espera no es uno (${written.slice(0, 100)})`,
        ],
      }
    const id = drawn.add(name, 'wait', { until: `timestamp(${JSON.stringify(moment.at.toString())})` }, at)
    if (moment.byClock && zone === null) noZone(drawn, id, name)
    return { id }
  }
  if (resume !== 'timeInterval') {
    const event = `n8n.resumed`
    const timeout = parameters.limitWaitTime === true ? limitOf(parameters) : undefined
    const id = drawn.add(name, 'waitForEvent', { event, ...(timeout ? { timeout } : {}) }, at)
    if (timeout === null)
      drawn.note(
        id,
        `${name}: until when it waits at most is not carried over`,
        `${name}: hasta cuándo espera como máximo no se traslada`,
      )
    drawn.note(
      id,
      `${name}: goes on with the event ${event} of the same subject, instead of a call of n8n`,
      `${name}: continúa con el evento ${event} del mismo asunto, en lugar de una llamada a n8n`,
    )
    return { id, ways: () => (timeout ? undefined : 'event'), mustLead: timeout ? ['event', 'timeout'] : ['event'] }
  }
  const [usualAmount, usualUnit] = version > 1 ? [5, 'seconds'] : [1, 'hours']
  const amount = parameters.amount ?? usualAmount
  const unit = textIn(parameters.unit) || usualUnit
  if (isExpression(amount)) {
    const number = celOf(amount, source)
    const time = ownIn(SPANS, unit)
    if (number.kept) return { unfit: JAVASCRIPT }
    if (time !== undefined) return { id: drawn.add(name, 'wait', { until: `now + ${time(number.cel)}` }, at) }
  }
  const time = durationOf(amount, unit)
  if (time !== null) return { id: drawn.add(name, 'wait', { for: time }, at) }
  const said = `${JSON.stringify(amount)} ${unit}`.slice(0, 100)
  return { unfit: [`how long it waits is no time (${said})`, `lo que espera no es un tiempo (${said})`] }
}
