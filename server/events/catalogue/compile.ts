import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Json } from '#platform/event.ts'
import type { Fault } from '#platform/problem.ts'
import { FORMATS, faultsOf } from '#platform/schema/check.ts'
import { compileRegex } from './regex.ts'
import { isSchemaObject, judgeSchema, type Schema } from './schema-guard.ts'

/** A schema made ready. */
export type Checker = {
  /** The first thing that is wrong with a value; null when it is well. */
  check(value: unknown): Fault | null
  /** What judging costs for each part of a value. */
  weight: number
}

/** Ajv asks for `new RegExp`, and says by `code` how it would be written were the checker printed. */
const linear = Object.assign(
  (pattern: string) => {
    const compiled = compileRegex(pattern)
    if ('wrong' in compiled) throw new Error(compiled.wrong.en)
    return compiled
  },
  { code: 'linear' },
)

// The first fault ends the look: a value with a million of them must not cost a million. References are functions of
// their own, so that the code grows no faster than the schema.
const ajv = new Ajv2020({
  strict: false,
  allErrors: false,
  inlineRefs: false,
  addUsedSchema: false,
  logger: false,
  verbose: true,
  formats: FORMATS,
  code: { regExp: linear, optimize: false },
})

/** What is wrong with a schema: what the guard refuses, what is no JSON Schema 2020-12, and what no checker can be made of. */
export function schemaFaults(schema: Json, path = '/schema'): Fault[] {
  const { faults } = judgeSchema(schema, path)
  if (faults.length > 0) return faults
  if (ajv.validateSchema(bare(schema as Schema)) === true) return uncompiled(schema as Schema, path)
  return faultsOf((ajv.errors ?? []) as ErrorObject[]).map((fault) => ({
    path: path + fault.path,
    message: fault.says.en,
    messages: fault.says,
  }))
}

function uncompiled(schema: Schema, path: string): Fault[] {
  try {
    compileSchema(schema)
    return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const messages = { en: `cannot be used: ${why}`, es: `no se puede usar: ${why}` }
    return [{ path, message: messages.en, messages }]
  }
}

/** @param schema one that `schemaFaults` has nothing against */
export function compileSchema(schema: Schema): Checker {
  const given = bare(schema)
  let validate: ValidateFunction
  try {
    validate = ajv.compile(given)
  } finally {
    // Ajv keeps what it compiled by the schema's identity, for ever.
    if (typeof given === 'object') ajv.removeSchema(given)
  }
  return {
    weight: judgeSchema(schema as Json).weight,
    check(value) {
      if (validate(value)) return null
      const [fault] = faultsOf(validate.errors ?? [])
      return { path: fault?.path ?? '', message: fault?.says.en ?? 'is not valid' }
    },
  }
}

/** Names of schemas are those of the catalogue: two tenants may use the same `$id`. */
function bare(schema: Schema): Schema {
  if (!isSchemaObject(schema)) return schema
  const { $id, $schema, ...rest } = schema
  return rest
}
