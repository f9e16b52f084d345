import { isUtf8 } from 'node:buffer'
import type { Json } from '#platform/event.ts'
import { parseJson, textFault } from '#platform/json-text.ts'
import { Problem } from '#platform/problem.ts'

/** A body that is no event, as one can hold it. */
export type BodyMembers = {
  /** The value of JSON, else the text; null for bytes that are neither. */
  value: Json
  /** The text of the JSON as it came; null when it is none. */
  json: string | null
  /** The members of a CloudEvent that hold it as it came. */
  members: [name: string, text: string][]
  /** What readers of that event find as its data. */
  data: Json
}

/** JSON and texts that the log can keep are the data of an event; all else is bytes. */
export function bodyMembers(body: Buffer): BodyMembers {
  try {
    const { text, value } = parseJson(body)
    return { value, json: text, members: [['data', text]], data: value }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  const text = isUtf8(body) ? body.toString('utf8') : null
  if (text !== null && textFault(text) === null) {
    return { value: text, json: null, members: [['data', JSON.stringify(text)]], data: text }
  }
  const bytes = body.toString('base64')
  return { value: null, json: null, members: [['data_base64', JSON.stringify(bytes)]], data: bytes }
}
