import type { Json } from '#platform/event.ts'
import { isSchemaObject, referred, type Schema } from './schema-guard.ts'

/**
 * A schema with each reference replaced by what it refers to, so that two of them can be compared part by part.
 * @param schema one without circles, as the guard makes sure
 */
export function inlined(schema: Schema): Schema {
  const inline = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(inline)
    if (!isSchemaObject(value)) return value
    const { $ref, $defs, definitions, ...rest } = value
    const own = Object.fromEntries(
      Object.entries(rest).map(([keyword, part]) => [keyword, LITERAL.has(keyword) ? part : inline(part)]),
    )
    if (typeof $ref !== 'string') return own
    const target = inline(referred(schema, $ref) ?? true)
    if (Object.keys(own).length === 0) return target
    // Both hold. Where they speak of different things they are one schema; else they stay two.
    const apart = isSchemaObject(target) && Object.keys(own).every((keyword) => !Object.hasOwn(target, keyword))
    return apart ? { ...target, ...own } : { allOf: [target, own] }
  }
  return inline(schema as Json) as Schema
}

/** What holds values, not schemas. */
const LITERAL = new Set(['const', 'enum', 'default', 'examples', 'required', 'type'])
