import type { TSchema } from '@sinclair/typebox'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import type { Fault } from '#platform/problem.ts'

/** Gives every fault of a value, or null when it is well. Query and path values are converted in place. */
export type Validate = (value: unknown) => Fault[] | null

/** What a caller can use of a body with 10,000 faults. */
const MAX_FAULTS = 100

const FORMATS: Record<string, RegExp | ((text: string) => boolean)> = {
  'date-time': (text) => DATE_TIME.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
  date: isDay,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  email: /^[^\s@<>",;:\\[\]()]{1,64}@[^\s@<>",;:\\[\]()]{1,255}$/,
  uri: (text) => URL.canParse(text),
}
/** JavaScript reads 30 February as 2 March; a day that does not come back as written is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

// Draft 2020-12 is the dialect of OpenAPI 3.1. `strict` stays off for TypeBox's own keywords.
const options = { allErrors: true, strict: false, formats: FORMATS, verbose: true } as const
const exact = new Ajv2020(options)
const converting = new Ajv2020({ ...options, coerceTypes: true, useDefaults: true })

/** Bodies are taken as they are: "1" is not 1. Fields that the schema does not name are faults. */
export const bodyValidator = (schema: TSchema): Validate => validator(exact, schema)

/** Query and path texts are converted to the types of the schema; its defaults are filled in. */
export const textValidator = (schema: TSchema): Validate => validator(converting, schema)

function validator(ajv: Ajv2020, schema: TSchema): Validate {
  const check = ajv.compile(closed(schema) as object)
  return (value) => (check(value) ? null : faultsOf(check.errors ?? []))
}

/**
 * The schema with every object that lists its properties closed to others, unless it says itself what else it
 * takes. Parts of an intersection are closed as a whole.
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
  else if ('properties' in out && !('additionalProperties' in out) && !('patternProperties' in out)) {
    out.additionalProperties = false
  }
  return out
}

const closedMap = (schemas: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]))

function faultsOf(errors: readonly ErrorObject[]): Fault[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const error of withoutBranches(errors)) {
    const fault = faultOf(error)
    const key = `${fault.path} ${fault.message}`
    if (seen.has(key)) continue
    seen.add(key)
    faults.push(fault)
    if (faults.length === MAX_FAULTS) break
  }
  return faults
}

/** A choice (`anyOf`) that fails tells of every branch; only what helps is kept. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const drop = new Set<ErrorObject>()
  for (const choice of errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')) {
    const inside = errors.filter(
      (error) => error !== choice && !drop.has(error) && error.schemaPath.startsWith(`${choice.schemaPath}/`),
    )
    const shallow = inside.filter((error) => error.instancePath === choice.instancePath)
    const mismatched = new Set(shallow.filter(({ keyword }) => MISMATCH.has(keyword)).map(branchOf(choice)))
    const near = inside.filter((error) => !mismatched.has(branchOf(choice)(error)))
    // Some branch is of the right kind: its faults say more than "matches no choice".
    if (near.length > 0) {
      drop.add(choice)
      for (const error of inside) if (!near.includes(error)) drop.add(error)
    } else {
      for (const error of inside) drop.add(error)
      choice.params = { ...choice.params, choices: shallow.flatMap(choicesOf) }
    }
  }
  return errors.filter((error) => !drop.has(error) && error.keyword !== 'if')
}

const MISMATCH = new Set(['type', 'const', 'enum'])

const branchOf = (choice: ErrorObject) => (error: ErrorObject) =>
  error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0]

const choicesOf = ({ keyword, params }: ErrorObject): string[] =>
  keyword === 'const' ? [JSON.stringify(params.allowedValue)] : keyword === 'type' ? [String(params.type)] : []

function faultOf(error: ErrorObject): Fault {
  const { keyword, instancePath, params } = error
  switch (keyword) {
    case 'required':
      return { path: `${instancePath}/${pointer(String(params.missingProperty))}`, message: 'is required' }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty)
      return { path: `${instancePath}/${pointer(name)}`, message: 'is not a known field' }
    }
    case 'enum':
      return { path: instancePath, message: `must be one of ${(params.allowedValues as unknown[]).join(', ')}` }
    case 'const':
      return { path: instancePath, message: `must be ${JSON.stringify(params.allowedValue)}` }
    case 'anyOf':
    case 'oneOf': {
      const choices = (params.choices ?? []) as string[]
      return {
        path: instancePath,
        message: choices.length > 0 ? `must be one of ${choices.join(', ')}` : 'has no form that is allowed here',
      }
    }
    case 'type':
      return { path: instancePath, message: `must be ${article(String(params.type))}` }
    default:
      return { path: instancePath, message: error.message ?? 'is not valid' }
  }
}

const pointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
const article = (types: string) =>
  types
    .split(',')
    .map((type) => (type === 'null' ? 'null' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`))
    .join(' or ')
