import { Temporal } from 'temporal-polyfill'
import { fileNameOf } from '#flows/portable/document.ts'
import {
  type Drawing,
  durationOf,
  eventTypeOf,
  listOf,
  memberPath,
  membersOf,
  numberIn,
  textIn,
  variableOf,
  wordsIn,
} from '#flows/portable/drawing.ts'
import { tellOf, whenOf } from '#flows/portable/n8n-conditions.ts'
import { celOf, jsonOf, kept, liquidOf, type Source } from '#flows/portable/n8n-expressions.ts'
import { tellOfCall, tellOfWebhook } from '#flows/portable/n8n-lost.ts'
import type { Step } from '#flows/portable/n8n-step.ts'
import { givesWhole, LONGEST_CALL_MS, neverFails, unlikeMail, unlikeRequest } from '#flows/portable/n8n-unlike.ts'
import { valueOrNull } from '#flows/portable/there.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/** What became of it. `id` null: others lead through it. `value`: where its output is found; null: it passes it on. */
export type Made = {
  id: string | null
  /** It has no counterpart, and stands there as it was. */
  foreign?: boolean
  ways?: (output: number) => string | undefined | null
  value?: (path: readonly string[]) => string | null
}

/** `zone`: where the workflow's clocks are, if it says so. */
type Call = { drawn: Drawing; step: Step; source: Source; zone: string | null }
type Maker = (call: Call) => Made | null

const eventData = (path: readonly string[]) => memberPath('event.data', path)
/** A webhook's body is what our events carry. */
const bodyData = (path: readonly string[]) => memberPath('event.data', path[0] === 'body' ? path.slice(1) : path)

const manual: Maker = ({ drawn, step: { name, at } }) => ({
  id: drawn.add(name, 'trigger', { manual: true }, at),
  value: eventData,
})

const webhook: Maker = ({ drawn, step }) => {
  const { name, parameters, at } = step
  const event = `webhook.${eventTypeOf(textIn(parameters.path) || name)}`
  const id = drawn.add(name, 'trigger', { event }, at)
  drawn.note(
    id,
    `${name}: begins with the event ${event}; send it to POST /api/v1/events instead of the webhook of n8n`,
    `${name}: comienza con el evento ${event}; envíalo a POST /api/v1/events en lugar del webhook de n8n`,
  )
  tellOfWebhook(drawn, id, step)
  const reads = tellOfCall(drawn, id, step)
  return {
    id,
    value: (path) => {
      reads(path[0])
      return bodyData(path)
    },
  }
}

const otherTrigger: Maker = ({ drawn, step: { name, kind, at } }) => {
  const event = `n8n.${eventTypeOf(kind.replace(/Trigger$/, '') || 'trigger')}`
  const id = drawn.add(name, 'trigger', { event }, at)
  drawn.note(
    id,
    `${name}: nothing here listens as ${kind} does; it begins with the event ${event}`,
    `${name}: aquí nada escucha como ${kind}; comienza con el evento ${event}`,
  )
  return { id, value: eventData }
}

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

const schedule: Maker = ({ drawn, step: { name, parameters, at }, zone }) => {
  const rules = listOf(membersOf(parameters.rule).interval)
  const [first, ...more] = rules.length === 0 ? [{}] : rules
  const cron = cronOf(first ?? {})
  if (cron === null) return null
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
  return { id, value: eventData }
}

const branch: Maker = ({ drawn, step: { name, parameters, at, kind }, source }) => {
  const { combineOperation: combine, options } = parameters
  const made = whenOf(membersOf(parameters.conditions), { combine, options }, source)
  if (made.when === '') return null
  const id = drawn.add(name, 'branch', { cases: [{ handle: 'true', when: made.when }] }, at)
  tellOf(drawn, id, name, [made])
  return { id, ways: (output) => (output === 0 ? 'true' : kind === 'filter' ? null : 'else') }
}

/** The ways of rules: as its author called their outputs, so far as ways can be called so. */
function handlesOf(rules: readonly { [name: string]: unknown }[]): string[] {
  const taken = new Set(['else', ...UNSAFE_NAMES])
  return rules.map(({ outputKey }, i) => {
    const called = textIn(outputKey)
    const plain = /^[A-Za-z0-9_-]{1,60}$/.test(called) ? called : fileNameOf(called.slice(0, 200)).slice(0, 60)
    const base = called.startsWith('=') || !/[\p{L}\p{N}]/u.test(called) || plain === 'flow' ? `rule-${i + 1}` : plain
    let handle = base
    for (let n = 2; taken.has(handle); n++) handle = `${base}-${n}`
    taken.add(handle)
    return handle
  })
}

const choose: Maker = ({ drawn, step: { name, parameters, at }, source }) => {
  const rules = listOf(membersOf(parameters.rules).values)
  if (rules.length === 0) return null
  const handles = handlesOf(rules)
  const cases = rules.map(({ conditions }, i) => ({
    handle: handles[i] ?? '',
    ...whenOf(membersOf(conditions), { options: parameters.options }, source),
  }))
  const id = drawn.add(name, 'branch', { cases: cases.map(({ handle, when }) => ({ handle, when })) }, at)
  tellOf(drawn, id, name, cases)
  const { allMatchingOutputs, fallbackOutput, renameFallbackOutput } = membersOf(parameters.options)
  const otherwise = textIn(renameFallbackOutput).slice(0, 100)
  if (otherwise !== '')
    drawn.note(
      id,
      `${name}: what n8n called ${otherwise} is the way else here`,
      `${name}: lo que n8n llamaba ${otherwise} es aquí la salida else`,
    )
  if (allMatchingOutputs === true)
    drawn.note(
      id,
      `${name}: n8n went every way that matches; here it goes the first`,
      `${name}: n8n seguía todas las salidas que coinciden; aquí sigue la primera`,
    )
  if (numberIn(fallbackOutput) !== null)
    drawn.note(
      id,
      `${name}: where nothing matches n8n went output ${fallbackOutput}; draw that as else`,
      `${name}: si nada coincide n8n seguía la salida ${fallbackOutput}; dibújala como else`,
    )
  return { id, ways: (output) => cases[output]?.handle ?? 'else' }
}

/** A text that a field makes a number, a list or true or false of. */
function typed(value: unknown, type: unknown): unknown {
  if (typeof value !== 'string' || value.startsWith('=') || !/^(number|boolean|array|object)/.test(textIn(type)))
    return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** What a field is given that may be missing: null, so that the run goes on, as in n8n. */
const orNull = ({ cel, kept: isKept }: { cel: string; kept: boolean }) => ({
  cel: isKept ? cel : valueOrNull(cel),
  kept: isKept,
})

const assign: Maker = ({ drawn, step: { name, parameters, at }, source }) => {
  const fields = [
    ...listOf(membersOf(parameters.assignments).assignments),
    ...listOf(membersOf(parameters.fields).values).map((field): { [name: string]: unknown } => ({
      ...field,
      value:
        field.value ??
        field.stringValue ??
        field.numberValue ??
        field.booleanValue ??
        field.arrayValue ??
        field.objectValue,
    })),
    ...Object.entries(membersOf(parameters.values)).flatMap(([type, list]) =>
      listOf(list).map((field): { [name: string]: unknown } => ({ type, ...field })),
    ),
  ]
  if (fields.length === 0) return null
  const made = fields.map(({ name: field, value, type }) => ({
    field: textIn(field),
    variable: variableOf(textIn(field)),
    ...orNull(celOf(typed(value, type), source)),
  }))
  const id = drawn.add(name, 'set', { vars: Object.fromEntries(made.map(({ variable, cel }) => [variable, cel])) }, at)
  if (made.some((one) => one.kept)) kept(drawn, id, name, 'value')
  return {
    id,
    // A dot in the name of a field leads inside.
    value: (path) => {
      for (const [i] of path.entries()) {
        const found = made.find(({ field }) => field === path.slice(0, i + 1).join('.'))
        if (found !== undefined) return memberPath(`vars.${found.variable}`, path.slice(i + 1))
      }
      return null
    },
  }
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

const wait: Maker = ({ drawn, step: { name, parameters, at, version }, zone }) => {
  const resume = textIn(parameters.resume) || 'timeInterval'
  if (resume === 'specificTime') {
    const moment = momentOf(textIn(parameters.dateTime).trim(), zone ?? 'UTC')
    if (moment === null) return null
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
    return { id, ways: () => (timeout ? undefined : 'event') }
  }
  const [amount, unit] = version > 1 ? [5, 'seconds'] : [1, 'hours']
  const time = durationOf(parameters.amount ?? amount, parameters.unit ?? unit)
  return time === null ? null : { id: drawn.add(name, 'wait', { for: time }, at) }
}

const pairs = (value: unknown) => listOf(membersOf(value).parameters ?? membersOf(value).parameter)

/** Deeper names are taken as they stand. */
const MOST_DEEP = 20
type Tree = Map<string, Tree | string>

/** Fields as one JSON text. `nests`: a dot in a name leads inside (from version 4 on). */
function bodyOf(fields: readonly { name: string; json: string }[], nests: boolean): string {
  const whole: Tree = new Map()
  for (const { name, json } of fields) {
    const path = nests && name.split('.').length <= MOST_DEEP ? name.split('.') : [name]
    let at = whole
    for (const part of path.slice(0, -1)) {
      const found = at.get(part)
      const inner: Tree = found instanceof Map ? found : new Map()
      at.set(part, inner)
      at = inner
    }
    at.set(path.at(-1) ?? '', json)
  }
  const written = (tree: Tree): string =>
    `{${[...tree].map(([name, value]) => `${JSON.stringify(name)}: ${typeof value === 'string' ? value : written(value)}`).join(', ')}}`
  return written(whole)
}

/** Three tries within seconds are those of one request; others are requests of their own, with that while between them. */
const retryOf = ({ tries, betweenMs }: Step) => {
  if (tries <= 1) return {}
  const apart = tries > 3 || betweenMs > 1_000
  return { retry: { attempts: tries, ...(apart ? { after: `PT${Math.max(1, Math.ceil(betweenMs / 1_000))}S` } : {}) } }
}

const tell = (drawn: Drawing, id: string, name: string, all: readonly (readonly [en: string, es: string])[]) => {
  for (const [en, es] of all) drawn.note(id, `${name}: ${en}`, `${name}: ${es}`)
}

const http: Maker = ({ drawn, step, source }) => {
  const { name, parameters, at, version } = step
  let isKept = false
  const text = (value: unknown) => {
    const made = liquidOf(value, source)
    isKept ||= made.kept
    return made.text
  }
  const object = (value: unknown) =>
    Object.fromEntries(pairs(value).map((pair) => [textIn(pair.name), text(pair.value)]))
  const query = Object.entries(object(parameters.queryParameters ?? parameters.queryParametersUi))
  const url = text(parameters.url)
  const whole =
    query.length === 0
      ? url
      : `${url}${url.includes('?') ? '&' : '?'}${query.map(([key, value]) => `${encodeURIComponent(key)}=${value}`).join('&')}`
  const headers = object(parameters.headerParameters ?? parameters.headerParametersUi)
  const json = parameters.jsonBody ?? parameters.bodyParametersJson ?? parameters.body
  const fields = pairs(parameters.bodyParameters ?? parameters.bodyParametersUi).map((pair) => {
    const made = jsonOf(pair.value, source)
    isKept ||= made.kept
    return { name: textIn(pair.name), json: made.json }
  })
  const body = json === undefined ? bodyOf(fields, version >= 4) : text(json)
  const timeout = numberIn(membersOf(parameters.options).timeout)
  const save = variableOf(name)
  const data = {
    method: (textIn(parameters.method ?? parameters.requestMethod) || 'GET').toUpperCase(),
    url: whole,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(json === undefined && fields.length === 0 ? {} : { body }),
    ...(timeout === null || timeout < 1
      ? {}
      : { timeout: `PT${Math.ceil(Math.min(LONGEST_CALL_MS, timeout) / 1_000)}S` }),
    ...retryOf(step),
    save,
  }
  const id = drawn.add(name, 'http', data, at)
  if (isKept) kept(drawn, id, name, 'field')
  tell(drawn, id, name, unlikeRequest(parameters, step.onError))
  const isOn =
    step.onError === 'continueRegularOutput' || (neverFails(parameters) && step.onError !== 'continueErrorOutput')
  const isWhole = givesWhole(parameters)
  return {
    id,
    ways: (output) => (isOn ? undefined : output === 0 ? 'ok' : 'error'),
    value: (path) => {
      if (!isWhole) return memberPath(`vars.${save}.body`, path)
      const [part, ...rest] = path
      return part === 'body'
        ? memberPath(`vars.${save}.body`, rest)
        : part === 'statusCode'
          ? `vars.${save}.status`
          : null
    },
  }
}

const email: Maker = ({ drawn, step: { name, parameters, at, kind }, source }) => {
  const operation = textIn(parameters.operation) || 'send'
  const address = parameters.toEmail ?? parameters.sendTo
  if (operation !== 'send' || address === undefined) return null
  const isPage = textIn(parameters.emailType) === 'html'
  const plain = parameters.text ?? (isPage ? undefined : parameters.message)
  const page = parameters.html ?? (isPage ? parameters.message : undefined)
  const texts = [address, parameters.subject, plain ?? page, page].map((value) =>
    value === undefined ? null : liquidOf(value, source),
  )
  const [to, title, body, html] = texts
  const content = {
    title: title?.text || name,
    body: (plain === undefined ? wordsIn(body?.text ?? '') : body?.text) || name,
    ...(html === null || html === undefined ? {} : { html: html.text }),
  }
  const id = drawn.add(name, 'notify', { content, channels: ['email'], to: { address: to?.text ?? '' } }, at)
  if (texts.some((one) => one?.kept === true)) kept(drawn, id, name, 'text')
  drawn.note(
    id,
    `${name}: goes out by the mail server of this installation, not by ${kind}`,
    `${name}: sale por el servidor de correo de esta instalación, no por ${kind}`,
  )
  tell(drawn, id, name, unlikeMail(parameters))
  return { id, ways: () => undefined }
}

const stop: Maker = ({ drawn, step: { name, parameters, at } }) => {
  const outcome = textIn(parameters.errorMessage).replace(/^=/, '') || 'error'
  const id = drawn.add(name, 'end', { outcome: outcome.slice(0, 100) }, at)
  drawn.note(
    id,
    `${name}: ends the run with this outcome; in n8n it failed`,
    `${name}: termina la ejecución con este resultado; en n8n fallaba`,
  )
  return { id, ways: () => null }
}

/** Kinds of n8n that have a counterpart. */
export const STEPS: { readonly [kind: string]: Maker } = {
  manualTrigger: manual,
  start: manual,
  executeWorkflowTrigger: manual,
  webhook,
  formTrigger: webhook,
  scheduleTrigger: schedule,
  otherTrigger,
  if: branch,
  filter: branch,
  switch: choose,
  set: assign,
  wait,
  httpRequest: http,
  emailSend: email,
  gmail: email,
  stopAndError: stop,
}
