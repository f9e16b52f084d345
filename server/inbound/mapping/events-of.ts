import { isUtf8 } from 'node:buffer'
import { type BodyMembers, bodyMembers, DEFAULT_SOURCE, idOfValue, objectText, readEvents } from '#events/index.ts'
import { CelFault, resultOf } from '#platform/cel/language.ts'
import { type Chain, readChain } from '#platform/chain.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { MessageExpression, MessageView } from './language.ts'
import { type CompiledMapping, compileMapping, type Mapping } from './mapping.ts'

/** A message that was kept, as far as its events need it. */
export type Kept = {
  contentType: string | null
  headers: Readonly<Record<string, string>>
  body: Buffer
  trace: string | null
}

/** Whose events they become, and under which id where the message has none of its own. */
export type Becoming = {
  tenant: string
  endpoint: string
  /** Domain milliseconds at which it came. */
  now: number
  id: string
  /** It became an event before, which was made otherwise: the new one gets an id of its own, made of this. */
  again: string | null
}

/** Event source of an endpoint: the namespace of its ids. */
const sourceOf = (endpoint: string): string => `cauce:inbound:${endpoint}`

/**
 * The events of a message: made by the mapping, or, without one, the message itself in any of the forms that the doors
 * take.
 * @throws Problem 400 naming every field at fault, 415; 422 `inbound/mapping` where the mapping gives nothing of use
 */
export function eventsOf(kept: Kept, mapping: Mapping | null, becoming: Becoming): EventDraft[] {
  if (mapping !== null) return [mapped(kept, compileMapping(mapping), becoming)]
  return readEvents(
    { contentType: kept.contentType ?? undefined, headers: kept.headers, body: kept.body },
    contextOf(kept, becoming),
  )
}

const contextOf = ({ headers, trace }: Kept, { tenant, now }: Becoming) => ({
  tenant,
  now,
  origin: 'webhook',
  traceparent: trace,
  chain: readChain(headers) satisfies Chain,
  defaultSource: DEFAULT_SOURCE,
})

const unmapped = (member: string, why: string) =>
  new Problem(422, 'inbound/mapping', `The mapping gives no ${member}: ${why}`)

function mapped(kept: Kept, mapping: CompiledMapping, becoming: Becoming): EventDraft {
  const { members: dataMembers, value: body } = bodyOf(kept)
  const view: MessageView = { body, headers: { ...kept.headers }, now: new Date(becoming.now) }
  const value = (member: string, cel: MessageExpression): Json => {
    try {
      return resultOf(cel, view)
    } catch (error) {
      if (error instanceof CelFault) throw unmapped(member, error.message)
      throw error
    }
  }
  const key = (member: string, cel: MessageExpression | null): string | null => {
    if (cel === null) return null
    const read = idOfValue(value(member, cel))
    if (read.fault !== undefined) throw unmapped(member, read.fault)
    return read.id
  }
  const type = typeof mapping.type === 'string' ? mapping.type : value('type', mapping.type)
  const own = key('id', mapping.id) ?? becoming.id
  const id = becoming.again === null ? own : hashId('inbound', becoming.endpoint, own, becoming.again)
  const conversation = key('conversation', mapping.conversation)
  const subject = key('subject', mapping.subject) ?? conversation ?? own
  const time = mapping.time === null ? view.now.toISOString() : value('time', mapping.time)
  const data: [string, string][] =
    mapping.data === null ? dataMembers : [['data', JSON.stringify(value('data', mapping.data))]]
  const raw = objectText([
    ['specversion', '"1.0"'],
    ['id', JSON.stringify(id)],
    ['source', JSON.stringify(sourceOf(becoming.endpoint))],
    ['type', JSON.stringify(type)],
    ['subject', JSON.stringify(subject)],
    ['time', JSON.stringify(time)],
    ...(conversation === null ? [] : ([['encounterid', JSON.stringify(conversation)]] as [string, string][])),
    ...(becoming.again === null ? [] : ([['refedfrom', JSON.stringify(own)]] as [string, string][])),
    ...data,
  ])
  try {
    const [draft] = readEvents(
      { contentType: 'application/cloudevents+json', headers: {}, body: raw },
      contextOf(kept, becoming),
    )
    return { ...(draft as EventDraft), encounterId: conversation ?? (draft as EventDraft).encounterId }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const faults = error.faults.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ')
    throw unmapped('event', faults === '' ? error.message : faults)
  }
}

const isForm = (contentType: string | null) =>
  contentType !== null && /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)

/** The body as expressions see it, and as the members of a CloudEvent that hold it as it came. */
function bodyOf({ body, contentType }: Kept): Pick<BodyMembers, 'value' | 'members'> {
  if (body.length === 0) return { value: null, members: [] }
  if (isForm(contentType) && isUtf8(body)) {
    const value = fieldsOf(body.toString('utf8'))
    return { value, members: [['data', JSON.stringify(value)]] }
  }
  return bodyMembers(body)
}

/** The fields of a form; one that stands several times gives a list. */
function fieldsOf(text: string): { [name: string]: Json } {
  const fields = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => {
      const values = fields.getAll(name)
      return [name, values.length === 1 ? (values[0] as string) : values]
    }),
  )
}
