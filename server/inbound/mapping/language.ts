import { celLanguage, type Expression } from '#platform/cel/language.ts'
import type { Json } from '#platform/event.ts'

/** What an expression sees of a message. */
export type MessageView = {
  /** The value of JSON, the fields of a form, else the text; null for bytes that are none of these. */
  body: Json
  /** The headers that are kept, in lower case. */
  headers: { [name: string]: string }
  /** When it came. */
  now: Date
}

export type MessageExpression = Expression<MessageView>

export const compileMessageCel = celLanguage<MessageView>({
  body: 'dyn',
  headers: 'dyn',
  now: 'google.protobuf.Timestamp',
})
