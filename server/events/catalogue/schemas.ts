import { Type } from '@sinclair/typebox'
import { instant, orNull } from '#platform/http/answer-fields.ts'

const text = (maxLength: number, description = 'Without NUL') =>
  Type.String({ maxLength, pattern: '^[^\\u0000]*$', description })
const Name = Type.String({ minLength: 1, maxLength: 255, examples: ['order.placed'] })
const Family = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000]*$', description: 'Without NUL' })
const JsonSchema = Type.Unknown({ description: 'JSON Schema 2020-12: an object or a boolean' })
const Examples = Type.Array(Type.Unknown(), { description: 'Data that the schema allows' })
const Warnings = Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))
const Deprecated = orNull(
  Type.Object({
    at: Type.String({ format: 'date-time' }),
    reason: Type.Optional(Type.String()),
    replacedBy: Type.Optional(Type.String()),
  }),
)

export const nameParams = Type.Object({ name: Name })

export const filter = {
  family: Type.Optional(Family),
  pattern: Type.Optional(
    Type.String({ maxLength: 255, description: 'AMQP topic pattern over the names (`encounter.*`)' }),
  ),
  deprecated: Type.Optional(Type.Boolean()),
}

export const typeSummary = Type.Object({
  name: Type.String(),
  family: Type.String(),
  owner: orNull(Type.String()),
  description: Type.String(),
  builtIn: Type.Boolean({ description: 'It came with the program' }),
  deprecated: Deprecated,
  warnings: Warnings,
  latest: Type.String({ examples: ['1.0'] }),
})

export const typeWithVersions = Type.Object({
  ...typeSummary.properties,
  versions: Type.Array(
    Type.Object({
      version: Type.String(),
      schema: JsonSchema,
      examples: Examples,
      createdAt: orNull(instant),
    }),
  ),
})

export const registration = Type.Object({
  name: Name,
  family: Type.Optional(Family),
  owner: Type.Optional(text(200, 'Team or system that answers for it')),
  description: Type.Optional(text(1_000)),
  schema: JsonSchema,
  examples: Type.Optional(Examples),
})

export const newVersion = Type.Object({
  schema: JsonSchema,
  examples: Type.Optional(Examples),
  major: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999, description: 'Default: the newest there is' })),
})

export const description = Type.Object({
  family: Type.Optional(Family),
  owner: Type.Optional(text(200)),
  description: Type.Optional(text(1_000)),
  deprecated: Type.Optional(
    Type.Union([
      Type.Object({ reason: Type.Optional(text(500)), replacedBy: Type.Optional(Name) }),
      Type.Null({ description: 'It is in use again' }),
    ]),
  ),
})

export const registered = Type.Object({ name: Type.String(), version: Type.String(), warnings: Warnings })
