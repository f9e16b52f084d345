import type { TSchema } from '@sinclair/typebox'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { isEmail } from '#platform/email-address.ts'
import { withoutBranches } from '#platform/schema/choices.ts'
import { wordsOf } from '#platform/schema/words.ts'
import type { Sentence } from '#platform/sentence.ts'

export type SchemaFault = {
  /** JSON pointer. */
  path: string
  says: Sentence
  /** The schema of what should be there instead; null: nothing. Undefined: the kind is right, the value is not. */
  wanted?: { readonly [name: string]: unknown } | null
}

/** Gives every fault of a value, or null when it is well. Of a value of more than {@link MAX_PARTS} parts it gives the first. */
export type Check = (value: unknown) => SchemaFault[] | null

/** What a caller can use of a body with 10,000 faults. */
export const MAX_FAULTS = 100
/** To look for all faults of a list of half a million takes seconds, and half a gigabyte. */
const MAX_PARTS = 5_000

/** The formats that are checked; any other only describes. */
export const FORMATS: Record<string, RegExp | ((text: string) => boolean)> = {
  'date-time': (text) => DATE_TIME.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
  date: isDay,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  email: isEmail,
  uri: (text) => URL.canParse(text),
}
/** JavaScript reads 30 February as 2 March; a day that does not come back as written is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

// Draft 2020-12 is the dialect of OpenAPI 3.1. `strict` stays off for TypeBox's own keywords; that schemas are well is for
// a test to find, once, instead of for each start.
const options = { strict: false, validateSchema: false, formats: FORMATS, verbose: true } as const
const validators = (more: object) => ({
  first: new Ajv2020({ ...options, ...more }),
  all: new Ajv2020({ ...options, ...more, allErrors: true }),
})
const exact = validators({})
const converting = validators({ coerceTypes: true, useDefaults: true })

/** Values are taken as they are: "1" is not 1. Fields that the schema does not name are faults. */
export const exactCheck = (schema: TSchema): Check => check(exact, schema)

/** Texts are converted in place to the types of the schema; its defaults are filled in. */
export const convertingCheck = (schema: TSchema): Check => check(converting, schema)

/** Compiled when it is first needed: all of them together would be a third of what a start costs. */
function check(ajv: ReturnType<typeof validators>, schema: TSchema): Check {
  let first: ValidateFunction | undefined
  let all: ValidateFunction | undefined
  return (value) => {
    first ??= ajv.first.compile(closed(schema) as object)
    if (first(value)) return null
    if (hasParts(value, MAX_PARTS)) return faultsOf(first.errors ?? [])
    all ??= ajv.all.compile(closed(schema) as object)
    return all(value) ? null : faultsOf(all.errors ?? [])
  }
}

/** Whether a value and all inside it are more than so many. */
function hasParts(value: unknown, most: number): boolean {
  const open = [value]
  for (let n = 0; n < open.length; n++) {
    const part = open[n]
    if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) open.push(inner)
    if (open.length > most) return true
  }
  return false
}

/**
 * The schema with every object that lists its properties, or says what names they have, closed to others, unless it
 * says itself what else it takes. Parts of an intersection are closed as a whole.
 */
export function closed(schema: unknown, part = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => closed(item))
  if (typeof schema !== 'object' || schema === null) return schema
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'allOf' && Array.isArray(value)) out[key] = value.map((item) => closed(item, true))
    else if (key === 'properties' || key === '$defs') out[key] = closedMap(value as Record<string, unknown>)
    else if (key === 'default' || key === 'examples' || key === 'const' || key === 'enum') out[key] = value
    else out[key] = closed(value)
  }
  if (part) return out
  if ('allOf' in out && !('unevaluatedProperties' in out)) out.unevaluatedProperties = false
  else if (('properties' in out || namesAreBound(out)) && !('additionalProperties' in out)) {
    out.additionalProperties = false
  }
  return out
}

/** A map whose names must have a form, and not one that takes any. */
const ANY_NAME = '^(.*)$'
const namesAreBound = ({ patternProperties }: Record<string, unknown>): boolean =>
  patternProperties !== undefined && !Object.hasOwn(patternProperties as object, ANY_NAME)

const closedMap = (schemas: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]))

/** What a caller can use of Ajv's errors (`verbose`): each place once, and of a choice the branch that was meant. */
export function faultsOf(errors: readonly ErrorObject[]): SchemaFault[] {
  const faults: SchemaFault[] = []
  const seen = new Set<string>()
  for (const error of withoutBranches(errors)) {
    const fault = faultOf(error)
    const key = `${fault.path} ${fault.says.en}`
    if (seen.has(key)) continue
    seen.add(key)
    faults.push(fault)
    if (faults.length === MAX_FAULTS) break
  }
  return faults
}

const ANOTHER_KIND = new Set(['type', 'const', 'enum', 'anyOf', 'oneOf'])

function faultOf(error: ErrorObject): SchemaFault {
  const { keyword, instancePath, params } = error
  const says = wordsOf(error)
  const schema = error.parentSchema as { readonly [name: string]: unknown; properties?: Record<string, object> }
  if (keyword === 'required') {
    const name = String(params.missingProperty)
    return { path: below(instancePath, name), says, wanted: (schema.properties?.[name] ?? {}) as object as never }
  }
  const extra = params.additionalProperty ?? params.unevaluatedProperty
  if (extra !== undefined) return { path: below(instancePath, String(extra)), says, wanted: null }
  return { path: instancePath, says, ...(ANOTHER_KIND.has(keyword) ? { wanted: schema } : {}) }
}

const below = (path: string, name: string) => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
