import {
  type Drawing,
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
import { jsonOf, kept, liquidOf } from '#flows/portable/n8n-expressions.ts'
import { assign } from '#flows/portable/n8n-fields.ts'
import { tellOfCall, tellOfWebhook } from '#flows/portable/n8n-lost.ts'
import type { Maker, Step } from '#flows/portable/n8n-step.ts'
import { choose } from '#flows/portable/n8n-switch.ts'
import { schedule, wait } from '#flows/portable/n8n-times.ts'
import { givesWhole, LONGEST_CALL_MS, neverFails, unlikeMail, unlikeRequest } from '#flows/portable/n8n-unlike.ts'

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

const branch: Maker = ({ drawn, step: { name, parameters, at, kind }, source }) => {
  const { combineOperation: combine, options } = parameters
  const made = whenOf(membersOf(parameters.conditions), { combine, options }, source)
  if (made.when === '') return { unfit: ['it has no condition', 'no tiene ninguna condición'] }
  const id = drawn.add(name, 'branch', { cases: [{ handle: 'true', when: made.when }] }, at)
  tellOf(drawn, id, name, [made])
  return {
    id,
    ways: (output) => (output === 0 ? 'true' : kind === 'filter' ? null : 'else'),
    outputs: kind === 'filter' ? 1 : 2,
    mustLead: ['true'],
  }
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
    // Where nothing follows its error, n8n goes on quietly.
    mustLead: step.onError === 'continueErrorOutput' ? ['error'] : [],
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
  if (operation !== 'send')
    return {
      unfit: [
        `it does something else than to send (${operation.slice(0, 100)}), which nothing here does`,
        `hace otra cosa que enviar (${operation.slice(0, 100)}), y aquí nada lo hace`,
      ],
    }
  if (address === undefined) return { unfit: ['it says no address', 'no indica ninguna dirección'] }
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
  return { id, ways: (output) => (output === 0 ? undefined : 'failed') }
}

const stop: Maker = ({ drawn, step: { name, parameters, at } }) => {
  const outcome = textIn(parameters.errorMessage).replace(/^=/, '') || 'error'
  const id = drawn.add(name, 'end', { outcome: outcome.slice(0, 100) }, at)
  drawn.note(
    id,
    `${name}: ends the run with this outcome; in n8n it failed`,
    `${name}: termina la ejecución con este resultado; en n8n fallaba`,
  )
  return { id, ways: () => null, outputs: Number.POSITIVE_INFINITY }
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
