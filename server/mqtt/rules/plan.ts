import {
  type BodyMembers,
  bodyMembers,
  idFault,
  idOfValue,
  isObject,
  memberTexts,
  objectText,
  typeFault,
} from '#events/index.ts'
import { type MqttMessage, type OutgoingMessage, type Protocol, topicFault } from '#platform/brokers/mqtt/index.ts'
import { CelFault, evaluate, resultOf } from '#platform/cel/language.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import { storable } from '#platform/storable.ts'
import { HOPS, hopsOf, traceOf } from '../inbound/read-message.ts'
import type { MessageView, RuleExpression } from './language.ts'
import type { CompiledRule } from './rule.ts'

/** A message as rules see it, read once for all of them. */
export type ReadMessage = {
  message: MqttMessage
  view: MessageView
  /** How many of ours led to it. */
  hops: number
} & Pick<BodyMembers, 'json' | 'members' | 'data'>

/** What a rule makes of a message. */
export type RuleOutcome = {
  /** `id` null: the message has no id of its own, and gets one of the message's name. */
  event: { id: string | null; draft: Omit<EventDraft, 'id' | 'raw'>; raw(id: string): string } | null
  /** `counted`: it carries how far it has come; what does not must not come back to us. */
  republish: { message: OutgoingMessage; counted: boolean } | null
  /** Undefined: none; what is answered may be null. */
  reply: Json | undefined
}

/** Event source of a rule: the namespace of its ids. */
const sourceOf = (rule: { id: string }): string => `cauce:mqtt:${rule.id}`

export function readForRules(message: MqttMessage, now: number): ReadMessage {
  const { value: payload, ...body } = bodyMembers(message.payload)
  return {
    message,
    hops: hopsOf(message, payload),
    ...body,
    view: {
      topic: message.topic,
      levels: message.topic.split('/'),
      payload,
      properties: Object.fromEntries(message.userProperties),
      now: new Date(now),
    },
  }
}

/** Whether the rule is for the message. A condition that cannot be answered (a member is not there) does not hold. */
export function concerns(rule: CompiledRule, { view }: ReadMessage): boolean {
  if (rule.where === null) return true
  try {
    return evaluate(rule.where, view) === true
  } catch (error) {
    if (error instanceof CelFault) return false
    throw error
  }
}

/**
 * What the rule makes of a message that it is for.
 * @param protocol of the connection that it leaves by
 * @throws Problem 400 naming the member of the rule that gives nothing of use for it
 */
export function outcomeOf(rule: CompiledRule, read: ReadMessage, tenant: string, protocol: Protocol): RuleOutcome {
  return {
    event: rule.event === null ? null : eventOf(rule, rule.event, read, tenant),
    republish: rule.republish === null ? null : republishOf(rule, rule.republish, read, protocol),
    reply: rule.reply === null ? undefined : resultFor(rule, 'reply', rule.reply, read),
  }
}

function refuse(rule: CompiledRule, member: string, why: string): never {
  throw new Problem(400, 'mqtt/rule', `The rule ${JSON.stringify(rule.name)} gives no ${member}: ${why}`)
}

function resultFor(rule: CompiledRule, member: string, cel: RuleExpression, { view }: ReadMessage): Json {
  try {
    return resultOf(cel, view)
  } catch (error) {
    if (error instanceof CelFault) refuse(rule, member, error.message)
    throw error
  }
}

function keyOf(rule: CompiledRule, member: string, cel: RuleExpression, read: ReadMessage): string {
  const key = idOfValue(resultFor(rule, member, cel, read))
  if (key.fault !== undefined) refuse(rule, member, key.fault)
  return key.id
}

function eventOf(
  rule: CompiledRule,
  { type: typeCel, subject: subjectCel, data: dataCel, id: idCel }: NonNullable<CompiledRule['event']>,
  read: ReadMessage,
  tenant: string,
): NonNullable<RuleOutcome['event']> {
  const { view, hops } = read
  const type = resultFor(rule, 'event/type', typeCel, read)
  const fault = typeFault(type)
  if (fault !== null) refuse(rule, 'event/type', fault)
  // A topic that is too long to be one leaves the subject to the rule.
  const subject = subjectCel === null ? storable(view.topic, 255) : keyOf(rule, 'event/subject', subjectCel, read)
  const id = idCel === null ? null : keyOf(rule, 'event/id', idCel, read)
  const mapped = dataCel === null ? undefined : resultFor(rule, 'event/data', dataCel, read)
  const { data, members }: Pick<BodyMembers, 'data' | 'members'> =
    mapped === undefined ? read : { data: mapped, members: [['data', JSON.stringify(mapped)]] }
  const occurredAt = view.now.getTime()
  const encounter = isObject(data) ? (data.encounter_id ?? data.encounterId) : null
  return {
    id,
    draft: {
      tenant,
      source: sourceOf(rule),
      type: type as string,
      subject,
      form: 'cloudevents',
      data,
      occurredAt,
      encounterId: idFault(encounter) === null ? (encounter as string) : null,
      traceparent: traceOf(read.message),
      cause: null,
      hops,
      origin: 'mqtt',
    },
    raw: (eventId) =>
      objectText([
        ['specversion', '"1.0"'],
        ['id', JSON.stringify(eventId)],
        ['source', JSON.stringify(sourceOf(rule))],
        ['type', JSON.stringify(type)],
        ['subject', JSON.stringify(subject)],
        ['time', JSON.stringify(view.now.toISOString())],
        ['mqtttopic', JSON.stringify(view.topic)],
        ...members,
      ]),
  }
}

function republishOf(
  rule: CompiledRule,
  { topic: topicCel, payload: payloadCel, retain }: NonNullable<CompiledRule['republish']>,
  read: ReadMessage,
  protocol: Protocol,
): NonNullable<RuleOutcome['republish']> {
  const { message, view, json } = read
  const topic = resultFor(rule, 'republish/topic', topicCel, read)
  const fault = topicFault(topic)
  if (fault !== null) refuse(rule, 'republish/topic', fault)
  const hops = read.hops + 1
  const value = payloadCel === null ? undefined : resultFor(rule, 'republish/payload', payloadCel, read)
  const payload = payloadCel === null ? view.payload : value
  const text = payloadCel === null ? json : JSON.stringify(value)
  const bytes = typeof value === 'string' ? value : value === undefined ? message.payload : JSON.stringify(value)
  // Over 3.1.1 there is nothing beside the payload: an object says itself how far it has come.
  const inPayload = protocol === '3.1.1' && isObject(payload) && text !== null
  const { contentType, responseTopic, correlationData, userProperties } = message
  const kept =
    value === undefined
      ? { contentType, responseTopic, correlationData }
      : typeof value === 'string'
        ? {}
        : { contentType: 'application/json' }
  return {
    message: {
      topic: topic as string,
      payload: inPayload ? objectText(memberTexts(text).set(HOPS, String(hops))) : bytes,
      retain,
      ...kept,
      userProperties: {
        ...(value === undefined ? Object.fromEntries(userProperties) : {}),
        [HOPS]: String(hops),
      },
    },
    counted: protocol === '5' || inPayload,
  }
}
