type Json = Record<string, unknown>

/** A field as a reader looks for it: `items[].name`, what it may be, and whether it must be there. */
export type FieldLine = { name: string; kind: string; required: boolean; what: string }

/** Deeper than this a reader takes the document itself. */
const MAX_DEPTH = 4

/** The fields of a schema, those of its parts below it. */
export function fieldLines(schema: Json, prefix = '', depth = 0): FieldLine[] {
  if (depth > MAX_DEPTH) return []
  const { allOf, anyOf, items, type } = schema
  if (Array.isArray(allOf)) return allOf.flatMap((part) => fieldLines(part as Json, prefix, depth))
  if (Array.isArray(anyOf)) {
    // Of a choice the parts with fields are shown, one after the other.
    return anyOf.flatMap((part) => fieldLines(part as Json, prefix, depth))
  }
  if (type === 'array') return fieldLines((items ?? {}) as Json, `${prefix}[]`, depth + 1)
  const required = new Set((schema.required ?? []) as string[])
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).flatMap(([name, part]) => {
    const full = prefix === '' ? name : `${prefix}.${name}`
    const line = { name: full, kind: kindOf(part), required: required.has(name), what: String(part.description ?? '') }
    return [line, ...fieldLines(part, full, depth + 1)]
  })
}

/** What a value may be, in a few words: `string, up to 200`, `"a" or "b"`, `integer from 1`. */
export function kindOf(schema: Json): string {
  const { type, enum: choices, const: only, anyOf, allOf, items, format, minimum, maximum, maxLength } = schema
  if (only !== undefined) return JSON.stringify(only)
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' or ')
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((part) => kindOf(part as Json)))].join(' or ')
  if (Array.isArray(allOf)) return 'object'
  if (type === 'array') return `list of ${kindOf((items ?? {}) as Json)}`
  if (type === undefined) return 'any value'
  const limits = [
    format === undefined ? '' : `, ${String(format)}`,
    minimum === undefined ? '' : ` from ${String(minimum)}`,
    maximum === undefined ? '' : ` to ${String(maximum)}`,
    maxLength === undefined ? '' : `, up to ${String(maxLength)}`,
  ]
  return `${String(type)}${limits.join('')}`
}
