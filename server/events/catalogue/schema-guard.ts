import type { Json } from '#platform/event.ts'
import { pointerPart } from '#platform/json-members.ts'
import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'
import { compileRegex } from './regex.ts'

/** A JSON Schema: an object, or true for anything and false for nothing. */
export type Schema = boolean | { readonly [keyword: string]: Json }

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

const MAX_BYTES = 65_536
const MAX_DEPTH = 32
/** Subschemas once every reference stands for what it refers to: they bound what judging a value and compiling cost. */
const MAX_EXPANDED = 300
const MAX_ENUM = 500
const MAX_UNIQUE_ITEMS = 256
const MAX_PATTERN = 500
/** Of all patterns together: each count of `{n}` is a state of its own. */
const MAX_REPEATS = 1_000

/** Keywords whose value is a schema, a list or a map of schemas; those in place judge the same value once more. */
const ONE = new Set(
  'not if then else additionalProperties unevaluatedProperties items unevaluatedItems contains propertyNames'.split(
    ' ',
  ),
)
const LIST = new Set('allOf anyOf oneOf prefixItems'.split(' '))
const MAP = new Set('properties patternProperties dependentSchemas'.split(' '))
const DEFINITIONS = new Set(['$defs', 'definitions'])

/** What the value of a keyword is made of; null: no schemas. */
export function keywordHolds(keyword: string): 'schema' | 'list' | 'map' | 'definitions' | null {
  if (ONE.has(keyword)) return 'schema'
  if (LIST.has(keyword)) return 'list'
  if (MAP.has(keyword)) return 'map'
  return DEFINITIONS.has(keyword) ? 'definitions' : null
}

/** Ways to refer that cannot be bounded by looking, or that reach beyond the schema. */
const REFUSED = new Set('$dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $anchor $vocabulary'.split(' '))

export const isSchemaObject = (value: unknown): value is { readonly [keyword: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export type Judged = {
  faults: Fault[]
  /** What judging costs for each part of a value, as far as looking tells. */
  weight: number
}

/**
 * What speaks against a schema that somebody sends: whoever may write one must not be able to stop the program with it.
 * Its size and depth are bounded, it refers to itself only and in no circle, its patterns run in linear time.
 */
export function judgeSchema(schema: Json, path = '/schema'): Judged {
  const refuse = (en: string, es: string): Judged => ({ faults: [faultAt(path, { en, es })], weight: 0 })
  if (typeof schema !== 'boolean' && !isSchemaObject(schema))
    return refuse('must be a JSON Schema: an object or a boolean', 'debe ser un JSON Schema: un objeto o un booleano')
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_BYTES)
    return refuse(`must have at most ${MAX_BYTES} bytes`, `debe tener como máximo ${MAX_BYTES} bytes`)
  if (depthOf(schema, MAX_DEPTH + 1) > MAX_DEPTH)
    return refuse(`must not nest deeper than ${MAX_DEPTH}`, `no debe anidarse a más de ${MAX_DEPTH} niveles`)
  return createJudge(schema, path).judge()
}

const faultAt = (path: string, messages: Sentence): Fault => ({ path, message: messages.en, messages })

function depthOf(value: Json, most: number): number {
  if (typeof value !== 'object' || value === null || most === 0) return 0
  let deepest = 0
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member, most - 1))
  return deepest + 1
}

/** What a local reference points to; undefined when there is nothing. */
export function referred(root: Schema, ref: string): Json | undefined {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  let parts: string[]
  try {
    parts = ref
      .slice(2)
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined
  }
  let at: Json | undefined = root
  for (const part of parts) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as { [name: string]: Json })[part]
  }
  return at
}

function createJudge(root: Schema, base: string) {
  const faults: Fault[] = []
  const expanded = new Map<Json, number>()
  const underWay = new Set<Json>()
  let weight = 0
  let repeats = 0

  const fault = (path: string, en: string, es: string) => void faults.push(faultAt(path, { en, es }))

  /** How many subschemas a value is judged by here and below, references counted each time they are followed. */
  function size(schema: Json, path: string): number {
    if (typeof schema === 'boolean') return 1
    if (!isSchemaObject(schema)) {
      fault(path, 'must be a schema', 'debe ser un esquema')
      return 0
    }
    const known = expanded.get(schema)
    if (known !== undefined) return known
    if (underWay.has(schema)) {
      fault(
        path,
        'refers to itself: recursive schemas are not taken',
        'se refiere a sí mismo: no se aceptan esquemas recursivos',
      )
      return 0
    }
    underWay.add(schema)
    let sum = 1
    for (const [keyword, value] of Object.entries(schema))
      sum += partSize(keyword, value, `${path}/${pointerPart(keyword)}`)
    ownFaults(schema, path)
    underWay.delete(schema)
    expanded.set(schema, sum)
    return sum
  }

  function partSize(keyword: string, value: Json, path: string): number {
    if (keyword === '$ref') return refSize(value, path)
    if (ONE.has(keyword)) return size(value, path)
    if (LIST.has(keyword)) {
      if (Array.isArray(value)) return value.reduce((sum: number, item, i) => sum + size(item, `${path}/${i}`), 0)
      fault(path, 'must be a list of schemas', 'debe ser una lista de esquemas')
    } else if (MAP.has(keyword) || DEFINITIONS.has(keyword)) {
      if (!isSchemaObject(value)) {
        fault(path, 'must be an object of schemas', 'debe ser un objeto de esquemas')
        return 0
      }
      let sum = 0
      for (const [name, member] of Object.entries(value)) {
        if (keyword === 'patternProperties') pattern(name, `${path}/${pointerPart(name)}`)
        sum += size(member, `${path}/${pointerPart(name)}`)
      }
      // What is only defined judges nothing until it is referred to.
      return DEFINITIONS.has(keyword) ? 0 : sum
    }
    return 0
  }

  function refSize(value: Json, path: string): number {
    if (typeof value !== 'string' || !value.startsWith('#')) {
      fault(
        path,
        'must refer to this schema itself ("#/$defs/…"): others are not fetched',
        'debe referirse a este mismo esquema ("#/$defs/…"): otros no se buscan',
      )
      return 0
    }
    const target = referred(root, value)
    if (target !== undefined) return size(target, path)
    fault(
      path,
      `refers to ${JSON.stringify(value)}, which is not there`,
      `se refiere a ${JSON.stringify(value)}, que no existe`,
    )
    return 0
  }

  function pattern(text: Json, path: string): void {
    if (typeof text !== 'string') return
    const counts = [...text.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)].map(([, low, high]) => Number(high || low))
    repeats += counts.reduce((sum, count) => sum + count, 0)
    weight += text.length + counts.reduce((sum, count) => sum + count, 0)
    if (text.length > MAX_PATTERN)
      fault(path, `must have at most ${MAX_PATTERN} characters`, `debe tener como máximo ${MAX_PATTERN} caracteres`)
    else if (repeats > MAX_REPEATS)
      fault(
        path,
        `counts too far: the repeats of all patterns come to ${MAX_REPEATS} at most`,
        `cuenta demasiado: las repeticiones de todos los patrones suman como máximo ${MAX_REPEATS}`,
      )
    else {
      const made = compileRegex(text)
      if ('wrong' in made) fault(path, made.wrong.en, made.wrong.es)
    }
  }

  function ownFaults(schema: { readonly [keyword: string]: Json }, path: string): void {
    for (const keyword of Object.keys(schema)) {
      if (REFUSED.has(keyword)) {
        fault(
          `${path}/${keyword}`,
          'is not taken: refer by "$ref": "#/$defs/…"',
          'no se acepta: refiérete con "$ref": "#/$defs/…"',
        )
      }
    }
    if (schema !== root && schema.$id !== undefined)
      fault(`${path}/$id`, 'may stand at the top only', 'solo puede estar arriba del todo')
    const dialect = typeof schema.$schema === 'string' ? schema.$schema.replace(/#$/, '') : schema.$schema
    if (dialect !== undefined && dialect !== DIALECT) {
      fault(`${path}/$schema`, `must be ${DIALECT}`, `debe ser ${DIALECT}`)
    }
    if (Array.isArray(schema.enum)) {
      weight += schema.enum.length
      if (schema.enum.length === 0)
        fault(`${path}/enum`, 'must have at least one value', 'debe tener al menos un valor')
      if (schema.enum.length > MAX_ENUM)
        fault(`${path}/enum`, `must have at most ${MAX_ENUM} values`, `debe tener como máximo ${MAX_ENUM} valores`)
    }
    if (schema.uniqueItems === true) {
      const most = schema.maxItems
      weight += MAX_UNIQUE_ITEMS
      if (typeof most !== 'number' || most > MAX_UNIQUE_ITEMS) {
        fault(
          `${path}/uniqueItems`,
          `needs maxItems of at most ${MAX_UNIQUE_ITEMS}: each item is compared with each other`,
          `necesita maxItems de ${MAX_UNIQUE_ITEMS} como máximo: cada elemento se compara con cada otro`,
        )
      }
    }
    pattern(schema.pattern as Json, `${path}/pattern`)
  }

  return {
    judge(): Judged {
      const count = size(root, base)
      if (count > MAX_EXPANDED) {
        fault(
          base,
          `comes to ${count > 1e6 ? 'millions of' : count} subschemas once its references are followed; the most are ${MAX_EXPANDED}`,
          `suma ${count > 1e6 ? 'millones de' : count} subesquemas al seguir sus referencias; como máximo son ${MAX_EXPANDED}`,
        )
      }
      return { faults: faults.slice(0, 100), weight: count + weight }
    },
  }
}
