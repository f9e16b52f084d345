import { Type } from '@sinclair/typebox'
import { type BodyText, type Concealed, lengthOf, renderBody, renderConcealed } from '#flows/concealed.ts'
import type { Walk } from '#flows/flow.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { ASKS, DURATION, SAVE } from '#flows/nodes/fields.ts'
import { RETRY, retryOf } from '#flows/nodes/retry.ts'
import { renderUrl, type TextScope, type UrlText } from '#flows/texts.ts'
import { from, park, savingWhy, setVars, stepFault, textScope } from '#flows/walk.ts'
import { jsonOf } from '#platform/cel/values.ts'
import type { Json } from '#platform/event.ts'
import { exactJson } from '#platform/exact-json.ts'
import { withOutputs } from '#platform/liquid-parts.ts'
import type { Sentence } from '#platform/sentence.ts'
import { SECRET_NAME } from '#secrets/index.ts'

const TIMEOUT_MS = 15_000
const ATTEMPTS = 3
/** What one request carries: deliveries take 256 kB with everything around it. */
const BODY_LIMIT = 131_072
const URL_LIMIT = 2_048
const HEADER_LIMIT = 4_096
const URL_TEXT = Type.String({
  minLength: 1,
  maxLength: 20_000,
  description:
    'Liquid. Each output is percent-encoded, so that it stays within its part of the path or its value of the query; one that begins the URL is its base and is taken as it is',
})
/** Said by the sender or the wire, never by an author. */
const HEADERS_WITHHELD =
  /^(host|content-length|transfer-encoding|connection|te|trailer|upgrade|expect|keep-alive|traceparent|tracestate|proxy-.*)$/

/** Calls a service and goes on when it has answered: 15 s and three attempts within a minute at most. */
export const http = nodeKind({
  type: 'http',
  asksBy: 'delivery',
  definition: {
    title: { es: 'Llamar a un servicio', en: 'Call a service' },
    data: Type.Object(
      {
        method: Type.Optional(Type.Union(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((name) => Type.Literal(name)))),
        url: URL_TEXT,
        headers: Type.Optional(
          Type.Record(
            Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$" }),
            Type.String({ maxLength: HEADER_LIMIT }),
            { maxProperties: 30, additionalProperties: false },
          ),
        ),
        body: Type.Optional(Type.Unknown({ description: 'JSON whose strings are Liquid, or one Liquid text' })),
        timeout: Type.Optional(DURATION),
        retry: Type.Optional({
          ...RETRY,
          description: `Without \`after\` the same request is tried up to ${ATTEMPTS} times within a minute. With it the step is tried again, as a request of its own`,
        }),
        secret: Type.Optional(
          Type.Union([SECRET_NAME, Type.Array(SECRET_NAME, { minItems: 1, maxItems: 20, uniqueItems: true })], {
            description: 'Names of secrets that headers and body use as {{ secrets.name }}',
          }),
        ),
        save: SAVE,
      },
      { additionalProperties: false },
    ),
    ...ASKS,
  },
  compile(data, compiler) {
    const url = compiler.url('url', data.url)
    const wrong = sourceFault(data.url)
    if (wrong !== null) compiler.fault('url', wrong)
    else if (NAMES_ITS_HOST.test(data.url)) compiler.calls('url', withOutputs(data.url, 'a').trim())
    const timeout = data.timeout === undefined ? null : compiler.duration('timeout', data.timeout)
    if (timeout !== null && (timeout.months > 0 || timeout.ms < 1 || timeout.ms > TIMEOUT_MS)) {
      compiler.fault('timeout', {
        en: 'must be more than nothing and at most PT15S',
        es: 'debe durar algo y como máximo PT15S',
      })
    }
    const named = typeof data.secret === 'string' ? [data.secret] : (data.secret ?? [])
    const secrets = new Set(named)
    named.forEach((name, i) => void compiler.secret(typeof data.secret === 'string' ? 'secret' : `secret.${i}`, name))
    const headers = Object.entries(data.headers ?? {}).map(([name, source]) => ({
      name: name.toLowerCase(),
      text: compiler.concealed(`headers.${name}`, source, secrets),
    }))
    for (const { name } of headers) {
      if (HEADERS_WITHHELD.test(name)) {
        compiler.fault(`headers.${name}`, { en: 'is set by the sender', es: 'la pone quien envía' })
      }
    }
    if (new Set(headers.map(({ name }) => name)).size < headers.length) {
      compiler.fault('headers', { en: 'names a header twice', es: 'nombra dos veces la misma cabecera' })
    }
    if (data.retry !== undefined && data.retry.after === undefined && data.retry.attempts > ATTEMPTS) {
      compiler.fault('retry.attempts', {
        en: `more than ${ATTEMPTS} need after: how long between them`,
        es: `más de ${ATTEMPTS} necesitan after: cuánto tiempo entre ellos`,
      })
    }
    const method = data.method ?? (data.body === undefined ? 'GET' : 'POST')
    if (method === 'GET' && data.body !== undefined) {
      compiler.fault('body', { en: 'a GET has none', es: 'un GET no lleva cuerpo' })
    }
    return {
      method,
      url,
      headers,
      body: data.body === undefined ? null : compiler.body('body', data.body, secrets),
      timeoutMs: timeout?.ms ?? TIMEOUT_MS,
      // Tried again by the step, each request goes out once.
      attempts: data.retry?.after === undefined ? (data.retry?.attempts ?? ATTEMPTS) : 1,
      retry: data.retry?.after === undefined ? null : retryOf(data.retry, compiler),
      save: data.save ?? null,
    }
  },
  retry: ({ retry }) => retry,
  advance: ({ method, url, headers, body, timeoutMs, attempts, save }, walk) =>
    savingWhy(walk, save, () => {
      const target = urlOf(walk, url)
      const scope = textScope(walk)
      const sent: { [name: string]: Concealed } = {}
      for (const { name, text } of headers)
        sent[name] = headerOf(
          name,
          rendered(() => renderConcealed(text, scope)),
        )
      if (body !== null) sent['content-type'] ??= 'application/json'
      walk.effects.push({
        kind: 'http',
        firstTry: walk.firstTry ?? walk.visit,
        ...from(walk),
        method,
        url: target,
        headers: sent,
        body: body === null ? null : bodyOf(body, scope),
        timeoutMs,
        attempts,
      })
      walk.step.input = { method, url: target }
      return park(walk, 'outcome', null)
    }),
  resume({ save }, walk, news) {
    if (news.kind !== 'outcome') return null
    const { way, value, cause } = news.outcome
    if (way !== 'ok') {
      walk.step.output = shortly(value)
      if (save !== null) setVars(walk, { ...walk.vars, [save]: { error: cause ?? 'failed', ...shortly(value) } })
      throw new StepFault(cause ?? 'the call failed', { isRefusal: isRefusal(statusIn(value)) })
    }
    // Nobody asked for an answer that is not saved: one that cannot be kept is no fault.
    const answer =
      save === null
        ? shortly(value)
        : savingWhy(
            walk,
            save,
            () => answerOf(value),
            (error) => ({ error, status: statusIn(value) }),
          )
    if (save !== null) setVars(walk, { ...walk.vars, [save]: answer })
    walk.step.output = answer
    return 'ok'
  },
})

function rendered<T>(render: () => T): T {
  try {
    return render()
  } catch (error) {
    throw stepFault(error)
  }
}

function bodyOf(body: BodyText, scope: TextScope): Concealed {
  const made = rendered(() => renderBody(body, scope))
  if (lengthOf(made) > BODY_LIMIT) throw new StepFault(`the body is longer than ${BODY_LIMIT} characters`)
  return made
}

/** The answer, or of one that cannot be kept its status. */
function shortly(value: Json): { [name: string]: Json } {
  try {
    return answerOf(value)
  } catch (error) {
    if (!(error instanceof StepFault)) throw error
    return { status: statusIn(value) }
  }
}

/** Answers that say nothing of whether it was, or will be, done: 408, 409, 425, 429. */
const UNDECIDED: readonly unknown[] = [408, 409, 425, 429]

/** Whoever honours keys answers under the same one as before: after a refusal only another key asks again. */
const isRefusal = (status: Json): boolean =>
  typeof status === 'number' && status >= 400 && status < 500 && !UNDECIDED.includes(status)

const statusIn = (value: Json): Json => (value as { status?: Json } | null)?.status ?? null

/** What of an answer is kept: status and body, as JSON where it is JSON. @throws StepFault when it is too large */
function answerOf(value: Json): { [name: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const { status, headers, body, truncated } = value
  if (truncated === true) throw new StepFault('the answer is too long: it was cut after 64 kB')
  const type = (headers as { [name: string]: Json } | undefined)?.['content-type']
  let kept: unknown = body ?? null
  if (typeof body === 'string' && typeof type === 'string' && /[/+]json\b/i.test(type)) {
    try {
      kept = exactJson(body)
    } catch {
      throw new StepFault('the answer says that it is JSON, and is not')
    }
  }
  const made = jsonOf({ status: status ?? null, body: kept })
  if (made.fault !== undefined) throw new StepFault(`the answer cannot be kept: it ${made.fault}`)
  return made.value as { [name: string]: Json }
}

/** Parts of a path that every client takes for a step up or for nothing. */
const DOT_SEGMENT = /\/(\.|%2e){1,2}(?=[/?#]|$)/i

/** The URL to call. @throws StepFault */
function urlOf(walk: Walk, url: UrlText): string {
  let target: string
  try {
    target = renderUrl(url, textScope(walk)).trim()
  } catch (error) {
    throw stepFault(error)
  }
  const fault = urlFault(target)
  if (fault !== null) throw new StepFault(`the URL ${fault.en}`)
  // Dots need no encoding, and yet two of them would lead out of the part that they fill.
  if (typeof url.rest !== 'string' && DOT_SEGMENT.test(target.split(/[?#]/, 1)[0] as string)) {
    throw new StepFault('the URL must not hold . or .. as a part of its path')
  }
  return target
}

/** What is wrong with a URL before any name is looked up; where it may lead is judged when it is called. */
function urlFault(url: string): Sentence | null {
  if (url.length > URL_LIMIT) {
    return { en: `must have at most ${URL_LIMIT} characters`, es: `puede tener como máximo ${URL_LIMIT} caracteres` }
  }
  if (/[\p{Cc}\s\\]/u.test(url)) {
    return {
      en: 'must not hold spaces, control characters or backslashes',
      es: 'no puede tener espacios, caracteres de control ni barras invertidas',
    }
  }
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    return { en: 'must be an absolute http or https URL', es: 'debe ser una URL http o https completa' }
  }
  return parsed.username === '' && parsed.password === ''
    ? null
    : { en: 'must not hold user info', es: 'no puede llevar usuario ni contraseña' }
}

/** What is wrong with a URL whatever its outputs give. Of tags nobody knows what stays, and a base is not known yet. */
function sourceFault(source: string): Sentence | null {
  if (source.includes('{%') || source.trimStart().startsWith('{{')) return null
  const faultWith = (given: string) => urlFault(withOutputs(source, given).trim())
  return faultWith('a') === null ? null : faultWith('1')
}

/** Nothing is put into the host, and no tag stands anywhere. */
const NAMES_ITS_HOST = /^\s*https?:\/\/[^/?#{]+(?:$|[/?#](?!.*\{%))/is

function headerOf(name: string, value: Concealed): Concealed {
  const pieces = typeof value === 'string' ? [value] : [...value]
  const last = pieces.length - 1
  if (typeof pieces[0] === 'string') pieces[0] = pieces[0].trimStart()
  if (typeof pieces[last] === 'string') pieces[last] = pieces[last].trimEnd()
  // What is not visible ASCII could begin a header of its own, or is not sent by any client.
  if (pieces.some((piece) => typeof piece === 'string' && !/^[\x20-\x7e\t]*$/.test(piece))) {
    throw new StepFault(`the header ${name} holds what a header cannot`)
  }
  if (lengthOf(pieces) > HEADER_LIMIT) throw new StepFault(`the header ${name} is too long`)
  return typeof value === 'string' ? (pieces[0] as string) : pieces
}
