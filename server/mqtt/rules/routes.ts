import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { type MqttMessage, matchesFilter, topicFault } from '#platform/brokers/mqtt/index.ts'
import { EXPRESSION_LIMIT } from '#platform/cel/language.ts'
import type { Json } from '#platform/event.ts'
import { assertKnown, tagOf } from '#platform/http/entity-tag.ts'
import { canonicalJson } from '#platform/http/idempotency.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { answerTo, type ReplyGuard } from '../requests/respond.ts'
import { assertTenant, type MqttTenant } from '../tenant.ts'
import { concerns, outcomeOf, readForRules } from './plan.ts'
import { type CompiledRule, compileRule, type Rule, type RuleDefinition } from './rule.ts'
import { MOST_RULES } from './rule-book.ts'
import { countRules, deleteRule, findRule, insertRule, listRules, rulesChanged, updateRule } from './store.ts'

const CEL = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: EXPRESSION_LIMIT, description }))
const NEEDED = (description: string) => Type.String({ minLength: 1, maxLength: EXPRESSION_LIMIT, description })
const KIND = 'mqtt-rule'
const ID = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9._-]+$',
  description: 'Letters, digits, dot, underscore and hyphen',
})
const PARAMS = Type.Object({ id: ID })
const DEFINITION = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  enabled: Type.Optional(Type.Boolean({ default: true })),
  topic: Type.String({ minLength: 1, maxLength: 1_024, description: 'Filter: `+` is one level, `#` the rest' }),
  where: CEL('CEL over `topic`, `levels`, `payload`, `properties`, `now`: whether the rule is for a message'),
  event: Type.Optional(
    Type.Object({
      type: NEEDED('CEL: type of the event that the message becomes'),
      subject: CEL('CEL; default: the topic'),
      data: CEL('CEL; default: the payload as it came'),
      id: CEL('CEL: id of the event, so that a message sent twice counts once; default: one for each message'),
    }),
  ),
  republish: Type.Optional(
    Type.Object({
      topic: NEEDED('CEL: where the message is sent on to'),
      payload: CEL('CEL; default: the payload as it came'),
      retain: Type.Optional(Type.Boolean()),
    }),
  ),
  reply: CEL('CEL: what a request is answered, at its response topic'),
}
const RULE = Type.Object(
  {
    id: ID,
    ...DEFINITION,
    enabled: Type.Boolean(),
    createdAt: Type.String(),
    updatedAt: Type.String(),
  },
  { title: 'MqttRule' },
)
const MESSAGE = Type.Object({
  topic: Type.String({ minLength: 1, maxLength: 1_024 }),
  payload: Type.Optional(Type.Unknown({ description: 'A text is taken as it is, anything else as JSON' })),
  properties: Type.Optional(Type.Record(Type.String({ maxLength: 255 }), Type.String({ maxLength: 4_096 }))),
  responseTopic: Type.Optional(Type.String({ maxLength: 1_024 })),
})
const TESTED = Type.Object({
  matches: Type.Object({ topic: Type.Boolean(), where: Type.Boolean() }),
  event: Type.Unknown(),
  republish: Type.Unknown(),
  reply: Type.Unknown(),
})
const CURSOR = Type.Object({ createdAt: Type.String(), id: Type.String() })

const shown = ({ tenant: _, createdAt, updatedAt, ...rule }: Rule) => ({
  ...rule,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
})

/** Whether two rules do the same. */
function isSame(one: Rule, other: Rule): boolean {
  const work = ({ name, enabled, topic, where, event, republish, reply }: Rule) =>
    canonicalJson({ name, enabled, topic, where, event, republish, reply })
  return work(one) === work(other)
}

/** @throws Problem 400 naming every fault */
function compiled(rule: RuleDefinition & { id: string }): CompiledRule {
  const made = compileRule(rule)
  if (made.rule === undefined || made.faults.length > 0) throw invalid(...made.faults)
  return made.rule
}

export function ruleRoutes(
  runtime: Runtime,
  mqtt: MqttTenant,
  mayReply: ReplyGuard,
  changed: () => Promise<void>,
): Route[] {
  const { database, clock } = runtime

  const definitionOf = ({ enabled = true, ...rest }: Omit<RuleDefinition, 'enabled'> & { enabled?: boolean }) => ({
    enabled,
    ...rest,
  })

  /** What a rule would do with a message; nothing leaves and nothing is stored. */
  function tried(
    rule: CompiledRule,
    given: { topic: string; payload?: unknown; properties?: Record<string, string>; responseTopic?: string },
  ) {
    const fault = topicFault(given.topic)
    if (fault !== null) throw invalid({ path: '/message/topic', message: fault })
    const message: MqttMessage = {
      topic: given.topic,
      payload: Buffer.from(typeof given.payload === 'string' ? given.payload : JSON.stringify(given.payload ?? null)),
      qos: 1,
      retained: false,
      redelivered: false,
      packetId: 1,
      responseTopic: given.responseTopic,
      userProperties: new Map(Object.entries(given.properties ?? {})),
    }
    const read = readForRules(message, clock.now())
    const matches = { topic: matchesFilter(rule.topic, message.topic), where: concerns(rule, read) }
    if (!matches.topic || !matches.where) return { matches, event: null, republish: null, reply: null }
    const { event, republish, reply } = outcomeOf(rule, read, mqtt.tenant, '5')
    return {
      matches,
      event: event === null ? null : (JSON.parse(event.raw(event.id ?? 'made-for-each-message')) as Json),
      republish: republish === null ? null : printable(republish.message),
      reply:
        reply === undefined
          ? null
          : (printable(answerTo(read, reply, mayReply, '5')) ?? 'the request names no topic that may be answered on'),
    }
  }

  return [
    route({
      method: 'GET',
      path: '/api/v1/mqtt/rules',
      permission: 'mqtt:read',
      tag: 'MQTT',
      summary: 'List the rules for messages',
      query: Type.Object(pageFields),
      answer: pageSchema(RULE),
      async handle({ identity: { tenant }, query: { cursor, limit = 50 } }) {
        const after = readCursor(cursor, CURSOR)
        const found = await database.asTenant(tenant, (tx) => listRules(tx, tenant, after, limit))
        const page = pageFrom(found, ({ createdAt, id }) => ({ createdAt: new Date(createdAt).toISOString(), id }))
        return { ...page, items: page.items.map(shown) }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/mqtt/rules',
      permission: 'mqtt:write',
      tag: 'MQTT',
      summary: 'Make a rule: what becomes of the messages of a topic',
      description: 'It is in force on all nodes within two seconds.',
      body: Type.Object({ id: Type.Optional(ID), ...DEFINITION }),
      answer: RULE,
      status: 201,
      idempotent: true,
      async handle(call) {
        const { identity, body, newId, request } = call
        const { tenant } = identity
        assertTenant(mqtt, tenant)
        const { id = newId(), ...given } = body
        const definition = definitionOf(given)
        compiled({ id, ...definition })
        const now = clock.wall()
        const rule: Rule = { ...definition, tenant, id, createdAt: now, updatedAt: now }
        const made = await database.asTenant(tenant, async (tx) => {
          if ((await countRules(tx, tenant)) >= MOST_RULES) {
            throw new Problem(422, 'mqtt/too-many-rules', `There are ${MOST_RULES} rules already.`)
          }
          if (!(await insertRule(tx, rule))) {
            const earlier = await findRule(tx, tenant, id)
            // A repeat after a crash finds what was made before it.
            const repeats = request.headers['idempotency-key'] !== undefined && earlier && isSame(earlier, rule)
            if (repeats) return earlier
            throw conflict(`There is a rule ${JSON.stringify(id)} already.`, `Ya hay una regla ${JSON.stringify(id)}.`)
          }
          void rulesChanged(tx, tenant)
          audit(tx, call, { at: now, action: 'mqtt-rule.created', target: `mqtt-rule:${id}`, after: shown(rule) })
          return rule
        })
        await changed()
        return shown(made)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/mqtt/rules/:id',
      permission: 'mqtt:read',
      tag: 'MQTT',
      summary: 'One rule; the ETag is for If-Match',
      params: PARAMS,
      answer: RULE,
      handle: ({ identity: { tenant }, params: { id }, reply }) =>
        database.asTenant(tenant, async (tx) => {
          const rule = await findRule(tx, tenant, id)
          if (rule === undefined) throw notFound('rule', id)
          reply.header('etag', tagOf(KIND, shown(rule)))
          return shown(rule)
        }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/mqtt/rules/:id',
      permission: 'mqtt:write',
      tag: 'MQTT',
      summary: 'Change a rule',
      description: 'With If-Match, one that somebody else changed meanwhile is not overwritten: 409.',
      params: PARAMS,
      body: Type.Object(DEFINITION),
      answer: RULE,
      refuses: [409],
      async handle(call) {
        const { identity, params, body, request, reply } = call
        const { tenant } = identity
        const rule = await database.asTenant(tenant, async (tx) => {
          const before = await findRule(tx, tenant, params.id, true)
          if (before === undefined) throw notFound('rule', params.id)
          assertKnown(request.headers['if-match'], KIND, shown(before))
          const definition = definitionOf(body)
          compiled({ id: params.id, ...definition })
          const now = clock.wall()
          const { id, createdAt } = before
          const after: Rule = { ...definition, tenant, id, createdAt, updatedAt: now }
          void updateRule(tx, after)
          void rulesChanged(tx, tenant)
          const target = `mqtt-rule:${id}`
          audit(tx, call, { at: now, action: 'mqtt-rule.changed', target, before: shown(before), after: shown(after) })
          return after
        })
        await changed()
        reply.header('etag', tagOf(KIND, shown(rule)))
        return shown(rule)
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/mqtt/rules/:id',
      permission: 'mqtt:write',
      tag: 'MQTT',
      summary: 'Remove a rule',
      params: PARAMS,
      status: 204,
      async handle(call) {
        const { tenant } = call.identity
        await database.asTenant(tenant, async (tx) => {
          const { id } = call.params
          if (!(await deleteRule(tx, tenant, id))) throw notFound('rule', id)
          void rulesChanged(tx, tenant)
          audit(tx, call, { at: clock.wall(), action: 'mqtt-rule.removed', target: `mqtt-rule:${id}` })
        })
        await changed()
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/mqtt/rules/:id/test',
      permission: 'mqtt:read',
      tag: 'MQTT',
      summary: 'What a rule would do with a message; nothing leaves',
      params: PARAMS,
      body: MESSAGE,
      answer: TESTED,
      refuses: [409],
      async handle({ identity: { tenant }, params: { id }, body }) {
        const rule = await database.asTenant(tenant, (tx) => findRule(tx, tenant, id))
        if (rule === undefined) throw notFound('rule', id)
        return tried(compiled(rule), body)
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/mqtt/rules/test',
      permission: 'mqtt:read',
      tag: 'MQTT',
      summary: 'What a rule that is not stored would do with a message; nothing leaves',
      body: Type.Object({ rule: Type.Object(DEFINITION), message: MESSAGE }),
      answer: TESTED,
      refuses: [409],
      handle: async ({ body: { rule, message } }) => tried(compiled({ id: 'test', ...definitionOf(rule) }), message),
    }),
  ]
}

function printable(message: { topic: string; payload: string | Buffer } | null) {
  if (message === null) return null
  const { topic, payload, ...rest } = message as { topic: string; payload: string | Buffer; correlationData?: Buffer }
  return {
    topic,
    payload: payload.toString(),
    ...rest,
    ...(rest.correlationData === undefined ? {} : { correlationData: rest.correlationData.toString() }),
  }
}
