import {
  DEFAULT_SOURCE,
  type IntakeContext,
  memberTexts,
  objectText,
  readBinaryEvent,
  readEvents,
} from '#events/index.ts'
import { isPlain } from '#gateway/outgoing.ts'
import type { Incoming } from '#platform/brokers/bus.ts'
import type { EventDraft } from '#platform/event.ts'
import { bodyText } from '#platform/json-text.ts'
import { invalid, Problem } from '#platform/problem.ts'
import { incomingTrace, type Trace } from '#platform/trace-context.ts'

/** Any of the required attributes beside the body makes it a CloudEvent in the binary mode. */
const REQUIRED = ['specversion', 'id', 'type', 'source'] as const
/** Members in which the forms keep their id, by the path of the fault when it is missing. */
const ID_MEMBERS: { readonly [path: string]: string } = { '/event_id': 'event_id', '/eventId': 'eventId', '/id': 'id' }

/**
 * The event that a message brings: one of the three forms in the body, or CloudEvents attributes beside it. Where the
 * body has no id the message's own counts.
 * @param attributePrefix as it stands before attributes where the message came from
 * @throws Problem with what is wrong with it
 */
export function readMessage(
  message: Incoming,
  { attributePrefix, ...ctx }: Omit<IntakeContext, 'traceparent' | 'defaultSource'> & { attributePrefix: string },
): EventDraft {
  const { attributes, body, contentType } = message
  if (message.contentEncoding !== undefined && !/^(utf-?8|identity|us-ascii)$/i.test(message.contentEncoding)) {
    throw new Problem(415, 'unsupported-format', `There is no reader for the encoding ${message.contentEncoding}.`)
  }
  const brought = incomingTrace(message.traceparent, message.tracestate)
  const context = { ...ctx, traceparent: brought, defaultSource: DEFAULT_SOURCE }
  const isStructured = contentType?.trimStart().toLowerCase().startsWith('application/cloudevents') === true
  if (!isStructured && REQUIRED.some((name) => attributes.has(name))) {
    if (isPlain(attributes)) {
      // Of a plain form that carries attributes the trace is one of them.
      return { ...readBody(message, 'application/json', context), traceparent: traceAmong(attributes) ?? brought }
    }
    // Faults name the header as its sender wrote it.
    return readBinaryEvent(withId(message), contentType, body, context, (name) => attributePrefix + name)
  }
  // Producers of plain JSON often say text, bytes or nothing of it.
  return readBody(message, isStructured ? contentType : 'application/json', context)
}

function traceAmong(attributes: Incoming['attributes']): Trace | null {
  const text = (name: string) => {
    const value = attributes.get(name)
    return typeof value === 'string' ? value : undefined
  }
  return incomingTrace(text('traceparent'), text('tracestate'))
}

function withId({ attributes, id }: Incoming): ReadonlyMap<string, string | number | boolean> {
  return attributes.has('id') || id === undefined ? attributes : new Map([...attributes, ['id', id]])
}

function readBody(message: Incoming, contentType: string | undefined, ctx: IntakeContext): EventDraft {
  try {
    return only(readEvents({ contentType, headers: {}, body: message.body }, ctx))
  } catch (error) {
    const member = missingId(error)
    if (member === undefined || message.id === undefined) throw error
    const body = withMember(bodyText(message.body), member, message.id)
    return only(readEvents({ contentType, headers: {}, body }, ctx))
  }
}

function only(drafts: readonly EventDraft[]): EventDraft {
  const [draft] = drafts
  if (draft === undefined || drafts.length > 1) {
    throw invalid({ path: '', message: 'is a batch, and a message holds one event; batches are for HTTP' })
  }
  return draft
}

/** The member for the id when nothing else is wrong with the body. */
function missingId(error: unknown): string | undefined {
  if (!(error instanceof Problem) || error.faults.length !== 1) return undefined
  const [fault] = error.faults
  return fault?.message === 'is required' ? ID_MEMBERS[fault.path] : undefined
}

/** The text with one member more in front, or in the place of a null; the rest stays as it came. */
function withMember(text: string, name: string, value: string): string {
  const members = memberTexts(text)
  if (members.has(name)) return objectText(members.set(name, JSON.stringify(value)))
  const at = text.indexOf('{') + 1
  const rest = text.slice(at)
  return `${text.slice(0, at)}${JSON.stringify(name)}:${JSON.stringify(value)}${rest.trimStart().startsWith('}') ? '' : ','}${rest}`
}
