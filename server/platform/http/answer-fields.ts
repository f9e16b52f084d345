import { type TSchema, type TUnion, Type } from '@sinclair/typebox'

// Parts that the schemas of answers are made of.

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
