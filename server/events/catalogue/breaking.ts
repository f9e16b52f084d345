import type { Json } from '#platform/event.ts'
import { canonicalJson } from '#platform/http/idempotency.ts'
import { pointerPart } from '#platform/json-members.ts'
import { inlined } from './inline.ts'
import { isSchemaObject, type Schema } from './schema-guard.ts'

/** A difference between two versions of a schema, in words that complete "`path` …". */
export type Change = { path: string; message: string }

export type Difference = {
  /** What a producer or a consumer of the version before could stumble over: needs a new major version. */
  breaking: Change[]
  /** Allowed, and worth knowing. */
  notable: Change[]
}

/**
 * What changes between two versions. Producers go on sending what was valid, and consumers go on finding what they were
 * promised: so a minor version may add fields that may be absent, and little else. Conditions that cannot be compared
 * part by part (`anyOf`, `if`, …) must stay as they are.
 */
export function differenceOf(before: Schema, after: Schema): Difference {
  const found: Difference = { breaking: [], notable: [] }
  compare(inlined(before), inlined(after), '', found)
  return found
}

type Part = { readonly [keyword: string]: Json | undefined }

const partOf = (schema: Json | undefined): Part =>
  isSchemaObject(schema) ? schema : schema === false ? { not: {} } : {}

function compare(before: Json | undefined, after: Json | undefined, path: string, found: Difference): void {
  const a = partOf(before)
  const b = partOf(after)
  const breaks = (message: string, at = path) => void found.breaking.push({ path: at, message })
  const notes = (message: string, at = path) => void found.notable.push({ path: at, message })
  compareTypes(a, b, breaks)
  compareValues(a, b, breaks, notes)
  compareBounds(a, b, breaks, notes)
  compareFields(a, b, path, found)
  compareOpenness(a.additionalProperties, b.additionalProperties, `${path}/*`, found)
  if (a.items !== undefined && b.items === undefined) breaks('no longer says what its items are')
  else if (a.items === undefined && b.items !== undefined) breaks('now limits its items')
  else if (a.items !== undefined) compare(a.items, b.items, `${path}/[]`, found)
  for (const keyword of WHOLE) {
    if (canonicalJson(a[keyword] ?? null) !== canonicalJson(b[keyword] ?? null)) {
      breaks(`is judged by another ${keyword}: whether that is compatible cannot be told`)
    }
  }
}

/** Judged as one: how a change of them reaches values cannot be told part by part. */
const WHOLE = `anyOf oneOf allOf not if then else prefixItems patternProperties propertyNames contains minContains
  maxContains dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems contentEncoding
  contentMediaType`.split(/\s+/)

type Say = (message: string, at?: string) => void

const typesOf = ({ type }: Part): string[] | null =>
  type === undefined ? null : (Array.isArray(type) ? type.map(String) : [String(type)]).sort()

function compareTypes(a: Part, b: Part, breaks: Say): void {
  const [before, after] = [typesOf(a), typesOf(b)]
  if (canonicalJson(before) === canonicalJson(after)) return
  breaks(`changed its type from ${before?.join(' or ') ?? 'anything'} to ${after?.join(' or ') ?? 'anything'}`)
}

const valuesOf = ({ enum: values, const: only }: Part): Json[] | null =>
  Array.isArray(values) ? values : only !== undefined ? [only] : null

function compareValues(a: Part, b: Part, breaks: Say, notes: Say): void {
  const [before, after] = [valuesOf(a), valuesOf(b)]
  if (after === null) {
    if (before !== null) notes('takes any value now')
    return
  }
  if (before === null) {
    breaks('takes listed values only')
    return
  }
  const texts = { before: new Set(before.map(canonicalJson)), after: new Set(after.map(canonicalJson)) }
  const gone = [...texts.before].filter((text) => !texts.after.has(text))
  const fresh = [...texts.after].filter((text) => !texts.before.has(text))
  if (gone.length > 0) breaks(`no longer takes ${gone.join(', ')}`)
  if (fresh.length > 0) notes(`takes ${fresh.join(', ')} as well: consumers may not know it`)
}

/** Keyword, and whether a larger number takes less. */
const BOUNDS: readonly [keyword: string, larger: 'tightens' | 'loosens'][] = [
  ['minimum', 'tightens'],
  ['exclusiveMinimum', 'tightens'],
  ['minLength', 'tightens'],
  ['minItems', 'tightens'],
  ['minProperties', 'tightens'],
  ['maximum', 'loosens'],
  ['exclusiveMaximum', 'loosens'],
  ['maxLength', 'loosens'],
  ['maxItems', 'loosens'],
  ['maxProperties', 'loosens'],
]

function compareBounds(a: Part, b: Part, breaks: Say, notes: Say): void {
  for (const [keyword, larger] of BOUNDS) {
    const [before, after] = [a[keyword], b[keyword]]
    if (before === after) continue
    if (after === undefined) notes(`has no ${keyword} any more`)
    else if (before === undefined || Number(after) > Number(before) === (larger === 'tightens')) {
      breaks(`has ${keyword} ${String(after)}${before === undefined ? '' : ` in place of ${String(before)}`}`)
    } else notes(`has ${keyword} ${String(after)} in place of ${String(before)}`)
  }
  for (const keyword of ['pattern', 'format', 'multipleOf']) {
    const [before, after] = [a[keyword], b[keyword]]
    if (before === after) continue
    if (after === undefined) notes(`has no ${keyword} any more`)
    else
      breaks(
        `has ${keyword} ${JSON.stringify(after)}${before === undefined ? '' : ` in place of ${JSON.stringify(before)}`}`,
      )
  }
  if (b.uniqueItems === true && a.uniqueItems !== true) breaks('takes no item twice')
}

const fieldsOf = ({ properties }: Part): { readonly [name: string]: Json } =>
  isSchemaObject(properties) ? properties : {}
const requiredOf = ({ required }: Part): Set<string> => new Set(Array.isArray(required) ? required.map(String) : [])
function compareFields(a: Part, b: Part, path: string, found: Difference): void {
  const [before, after] = [fieldsOf(a), fieldsOf(b)]
  const [needed, needs] = [requiredOf(a), requiredOf(b)]
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...needed, ...needs])
  for (const name of names) {
    const at = `${path}/${pointerPart(name)}`
    const breaks = (message: string) => void found.breaking.push({ path: at, message })
    const had = Object.hasOwn(before, name)
    const has = Object.hasOwn(after, name)
    if (had && !has) breaks('was removed')
    else if (needed.has(name) && !needs.has(name)) breaks('may be absent now: consumers rely on it')
    if (!needed.has(name) && needs.has(name)) breaks(had ? 'became required' : 'is new and required')
    if (had && has) compare(before[name], after[name], at, found)
    else if (has) found.notable.push({ path: at, message: 'is new' })
  }
}

/** Fields that the schema does not list: taken (absent or true), refused (false), or judged by a schema. */
function compareOpenness(before: Json | undefined, after: Json | undefined, path: string, found: Difference): void {
  const [a, b] = [before ?? true, after ?? true]
  if (a === b) return
  if (a === false) {
    if (b !== false) found.notable.push({ path, message: 'fields that are not listed are taken now' })
  } else if (b === false) found.breaking.push({ path, message: 'fields that are not listed are refused' })
  else if (a === true && b !== true) found.breaking.push({ path, message: 'fields that are not listed are judged now' })
  else if (a !== true && b === true)
    found.notable.push({ path, message: 'fields that are not listed may be anything now' })
  else compare(a, b, path, found)
}
