import type { Json } from '#platform/event.ts'
import { isSchemaObject, keywordHolds, referred, type Schema } from './schema-guard.ts'

/**
 * A schema with each reference replaced by what it refers to, so that two of them can be compared part by part. A field
 * may be called as a keyword is (`type`, `definitions`): only where a schema stands are names keywords.
 * @param schema one without circles, as the guard makes sure
 */
export function inlined(schema: Schema): Schema {
  const inline = (value: Json): Json => {
    if (!isSchemaObject(value)) return value
    const own = Object.fromEntries(
      Object.entries(value).flatMap(([keyword, part]): [string, Json][] =>
        keyword === '$ref' || keywordHolds(keyword) === 'definitions' ? [] : [[keyword, inlinePart(keyword, part)]],
      ),
    )
    const { $ref } = value
    if (typeof $ref !== 'string') return own
    const target = inline(referred(schema, $ref) ?? true)
    if (Object.keys(own).length === 0) return target
    // Both hold. Where they speak of different things they are one schema; else they stay two.
    const apart = isSchemaObject(target) && Object.keys(own).every((keyword) => !Object.hasOwn(target, keyword))
    return apart ? { ...target, ...own } : { allOf: [target, own] }
  }
  const inlinePart = (keyword: string, part: Json): Json => {
    const holds = keywordHolds(keyword)
    if (holds === 'schema') return inline(part)
    if (holds === 'list' && Array.isArray(part)) return part.map(inline)
    if (holds !== 'map' || !isSchemaObject(part)) return part
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, inline(member)]))
  }
  return inline(schema as Json) as Schema
}
