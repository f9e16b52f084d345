import { celLanguage, type Expression } from '#platform/cel/language.ts'
import type { Json } from '#platform/event.ts'

/** What a rule sees of a message. */
export type MessageView = {
  topic: string
  /** The topic's levels. */
  levels: string[]
  /** The value of JSON, else the text; null for bytes that are neither. */
  payload: Json
  /** User properties (MQTT 5). */
  properties: { [name: string]: string }
  now: Date
}

export type RuleExpression = Expression<MessageView>

export const compileRuleCel = celLanguage<MessageView>({
  topic: 'string',
  levels: 'dyn',
  payload: 'dyn',
  properties: 'dyn',
  now: 'google.protobuf.Timestamp',
})
