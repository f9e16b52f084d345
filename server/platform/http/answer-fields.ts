import { type TSchema, type TUnion, Type } from '@sinclair/typebox'

// Parts that the schemas of requests and answers are made of.

export const orNull = <S extends TSchema>(schema: S, options: { description?: string } = {}) =>
  Type.Union([schema, Type.Null()], options)

/** RFC 3339 in UTC, with milliseconds. */
export const instant = Type.String({ format: 'date-time' })

export const oneOf = <T extends string>(names: readonly T[], options: { description?: string } = {}) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    options,
  ) as TUnion

/** A JSON object of somebody else's making. */
export const anyObject = Type.Record(Type.String(), Type.Unknown())

export const uuid = Type.String({ format: 'uuid' })

/** Of a path that names one thing. */
export const uuidParams = Type.Object({ id: uuid })

/** So many. */
export const count = Type.Integer({ minimum: 0 })

/** The number of a version that is asked for: more than the database counts up to is none. */
export const versionNumber = (options: { description?: string } = {}) =>
  Type.Integer({ minimum: 1, maximum: 2_147_483_647, ...options })
