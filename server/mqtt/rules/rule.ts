import { filterFault } from '#platform/brokers/mqtt/index.ts'
import type { CelUse } from '#platform/cel/language.ts'
import type { Fault } from '#platform/problem.ts'
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

/**
 * Compiles a rule and tells every fault by its path.
 * @returns `rule` also where one that was stored before its faults were seen can be followed all the same
 */
export function compileRule(rule: RuleDefinition & { id: string }): { rule?: CompiledRule; faults: Fault[] } {
  const faults: Fault[] = []
  const doubts: Fault[] = []
  const filter = filterFault(rule.topic)
  if (filter !== null) faults.push({ path: '/topic', message: filter })
  else if (rule.topic.startsWith('$')) faults.push({ path: '/topic', message: 'must not begin with $' })

  function cel(source: string | undefined, use: CelUse, path: string): RuleExpression | null {
    if (source === undefined) return null
    const made = compileRuleCel(source, use)
    const found = (made.faults ?? made.doubts).map(({ en }) => ({ path, message: en }))
    if (made.cel === undefined) faults.push(...found)
    else doubts.push(...found)
    return made.cel ?? null
  }

  const { event, republish } = rule
  const where = cel(rule.where, 'condition', '/where')
  const type = cel(event?.type, 'text', '/event/type')
  const subject = cel(event?.subject, 'key', '/event/subject')
  const data = cel(event?.data, 'value', '/event/data')
  const id = cel(event?.id, 'key', '/event/id')
  const topic = cel(republish?.topic, 'text', '/republish/topic')
  const payload = cel(republish?.payload, 'value', '/republish/payload')
  const reply = cel(rule.reply, 'value', '/reply')
  if (event === undefined && republish === undefined && rule.reply === undefined) {
    faults.push({ path: '/event', message: 'one of event, republish and reply is needed' })
  }
  if (faults.length > 0) return { faults: [...faults, ...doubts] }
  return {
    faults: doubts,
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
