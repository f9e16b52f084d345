import { filterFault } from '#platform/brokers/mqtt/index.ts'
import type { CelUse } from '#platform/cel/language.ts'
import { type Fault, says } from '#platform/problem.ts'
import { compileRuleCel, type RuleExpression } from './language.ts'

/** What a rule does, as it is written: every member but `topic` and `retain` is a CEL expression. */
export type RuleDefinition = {
  name: string
  enabled: boolean
  /** Filter of the topics it is for. */
  topic: string
  where?: string
  /** The event that a message becomes. */
  event?: { type: string; subject?: string; data?: string; id?: string }
  /** Where it is sent on to. */
  republish?: { topic: string; payload?: string; retain?: boolean }
  /** What is answered to a request. */
  reply?: string
}

export type Rule = RuleDefinition & { tenant: string; id: string; createdAt: number; updatedAt: number }

/** A rule whose expressions are compiled. */
export type CompiledRule = {
  id: string
  name: string
  topic: string
  where: RuleExpression | null
  event: {
    type: RuleExpression
    subject: RuleExpression | null
    data: RuleExpression | null
    id: RuleExpression | null
  } | null
  republish: { topic: RuleExpression; payload: RuleExpression | null; retain: boolean } | null
  reply: RuleExpression | null
}

/** The payload alone is the payload as it came: as a value it would lose bytes that are no text, and digits of long numbers. */
const changed = (source: string | undefined): string | undefined => (source?.trim() === 'payload' ? undefined : source)

/**
 * Compiles a rule and tells every fault by its path.
 * @returns `rule` also where one that was stored before its faults were seen can be followed all the same
 */
export function compileRule(rule: RuleDefinition & { id: string }): { rule?: CompiledRule; faults: Fault[] } {
  const faults: Fault[] = []
  let canRun = true
  const filter = filterFault(rule.topic)
  const topicFault = filter ?? (rule.topic.startsWith('$') ? 'must not begin with $' : null)
  if (topicFault !== null) {
    faults.push({ path: '/topic', message: topicFault })
    canRun = false
  }

  function cel(source: string | undefined, use: CelUse, path: string): RuleExpression | null {
    if (source === undefined) return null
    const made = compileRuleCel(source, use)
    faults.push(...(made.faults ?? made.doubts).map(({ en, es }) => ({ path, ...says(en, es) })))
    if (made.cel === undefined) canRun = false
    return made.cel ?? null
  }

  const { event, republish } = rule
  const where = cel(rule.where, 'condition', '/where')
  const type = cel(event?.type, 'text', '/event/type')
  const subject = cel(event?.subject, 'key', '/event/subject')
  const data = cel(changed(event?.data), 'value', '/event/data')
  const id = cel(event?.id, 'key', '/event/id')
  const topic = cel(republish?.topic, 'text', '/republish/topic')
  const payload = cel(changed(republish?.payload), 'value', '/republish/payload')
  const reply = cel(rule.reply, 'value', '/reply')
  if (event === undefined && republish === undefined && rule.reply === undefined) {
    faults.push({
      path: '/event',
      ...says('one of event, republish and reply is needed', 'hace falta un evento, un reenvío o una respuesta'),
    })
    canRun = false
  }
  if (!canRun) return { faults }
  return {
    faults,
    rule: {
      id: rule.id,
      name: rule.name,
      topic: rule.topic,
      where,
      event: type === null ? null : { type, subject, data, id },
      republish: topic === null ? null : { topic, payload, retain: republish?.retain ?? false },
      reply,
    },
  }
}
