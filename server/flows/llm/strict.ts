import type { Json } from '#platform/event.ts'

/** Members of a schema that hold schemas. */
const HOLD_ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
const HOLD_LIST = ['anyOf', 'allOf', 'oneOf', 'prefixItems']
const HOLD_NAMED = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']

/**
 * Whether a provider may be held to a schema word by word: OpenAI refuses `strict` unless every object is closed
 * (`additionalProperties: false`) and all its properties are required (Structured outputs, "Supported schemas"). Of any other
 * schema the model is only told; what it says is judged by the whole schema all the same.
 */
export function isStrict(schema: Json): boolean {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return true
  const { type, properties, required, additionalProperties } = schema
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined
  if (isObject) {
    const named = Array.isArray(required) ? required : []
    if (additionalProperties !== false || !membersOf(properties).every(([name]) => named.includes(name))) return false
  }
  return (
    HOLD_ONE.every((name) => isStrict(schema[name] ?? null)) &&
    HOLD_LIST.every((name) => listOf(schema[name]).every(isStrict)) &&
    HOLD_NAMED.every((name) => membersOf(schema[name]).every(([, one]) => isStrict(one)))
  )
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

const membersOf = (value: Json | undefined): readonly (readonly [string, Json])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
