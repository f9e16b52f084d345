import type { Json } from '#platform/event.ts'
import type { Schema } from '../schema-guard.ts'

/** A type that comes registered, the same for every tenant. */
export type BuiltInType = {
  name: string
  family: string
  owner: string
  description: string
  /** Of version 1.0. */
  schema: Schema
  examples: readonly Json[]
  /** The schema is of the flat form: an event in the enterprise form is judged as the flat one that it was. */
  flat?: true
}

type Fields = { readonly [name: string]: Json }

export const id: Json = { type: 'string', minLength: 1, maxLength: 255 }
export const text: Json = { type: 'string' }
export const moment: Json = { type: 'string', format: 'date-time' }
export const count: Json = { type: 'integer', minimum: 0 }
export const amount: Json = { type: 'number' }
export const currency: Json = { type: 'string', minLength: 3, maxLength: 3, description: 'ISO 4217' }
export const oneOf = (...values: string[]): Json => ({ enum: values })
export const orNull = (schema: Json): Json => {
  const { type, ...rest } = schema as { type: string }
  return { ...rest, type: [type, 'null'] }
}

export const described = (schema: Json, description: string): Json => ({ ...(schema as object), description })

/** An object that needs some fields and may have others; fields that nobody listed are taken. */
export const record = (required: Fields, optional: Fields = {}): Schema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
})
