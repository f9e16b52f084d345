import type { SchemaFault } from '#platform/schema/check.ts'

type Schema = { readonly [name: string]: unknown }

/** Stands for a text that is missing or is none: no honest text is this one. */
export const FILLER = '\u0000'

/**
 * A value with everything of the wrong kind replaced, so that code written for values that fit can look at the rest
 * of it. What it says of the paths at fault, or of `FILLER`, means nothing.
 */
export function repaired(value: unknown, faults: readonly SchemaFault[]): unknown {
  const root = { '': structuredClone(value) }
  // A part that was replaced as a whole is in order: what was wrong inside it is gone.
  const replaced: string[] = []
  for (const { path, wanted } of faults.toSorted((a, b) => a.path.length - b.path.length)) {
    if (wanted === undefined || replaced.some((at) => isWithin(path, at))) continue
    const keys = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() as string
    let parent: unknown = root
    for (const key of keys) parent = own(parent, key)
    if (typeof parent !== 'object' || parent === null) continue
    if (wanted === null) delete (parent as { [name: string]: unknown })[last]
    else (parent as { [name: string]: unknown })[last] = standIn(wanted)
    replaced.push(path)
  }
  return root['']
}

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as { [name: string]: unknown })[key]
    : undefined

/** Whether one path is another, or lies below it. */
const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}/`)

function standIn(schema: Schema): unknown {
  const { const: only, enum: choices, anyOf, type, properties, required, items, minItems, minimum } = schema
  if (only !== undefined) return only
  if (Array.isArray(choices)) return choices[0]
  if (Array.isArray(anyOf)) return standIn(anyOf[0] as Schema)
  switch (type) {
    case 'string':
      return FILLER
    case 'integer':
    case 'number':
      return minimum ?? 0
    case 'boolean':
      return false
    case 'array':
      return minItems === undefined ? [] : [standIn((items ?? {}) as Schema)]
    case 'object': {
      const parts = (properties ?? {}) as Record<string, Schema>
      return Object.fromEntries(((required ?? []) as string[]).map((name) => [name, standIn(parts[name] ?? {})]))
    }
    default:
      return null
  }
}
