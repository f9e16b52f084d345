import { Type } from '@sinclair/typebox'
import { orNull } from '#platform/http/answer-fields.ts'

const Example = Type.Object({
  key: Type.String(),
  at: Type.String({ format: 'date-time' }),
  outcomes: Type.Optional(Type.Record(Type.String(), Type.String())),
})

/** How two ways compare; `example` adds what its owner knows of a thing. */
export const comparisonOf = (example = Example) =>
  Type.Object({
    from: Type.String({ format: 'date-time' }),
    to: Type.String({ format: 'date-time' }),
    truncated: Type.Boolean({ description: 'More than 200,000 things were seen: the oldest are compared' }),
    ways: Type.Record(Type.String(), Type.Integer(), { description: 'How many things each way saw' }),
    both: Type.Integer(),
    only: Type.Record(
      Type.String(),
      Type.Object({
        count: Type.Integer(),
        mayStillCome: Type.Integer({ description: 'Seen so lately that the other way may still bring it' }),
        examples: Type.Array(example),
      }),
    ),
    differing: Type.Object({ count: Type.Integer(), examples: Type.Array(example) }),
    lagMs: orNull(
      Type.Object({
        p50: Type.Number(),
        p95: Type.Number(),
        p99: Type.Number(),
        min: Type.Number(),
        max: Type.Number(),
      }),
    ),
    agree: Type.Boolean({ description: 'Nothing differs, and nothing went one way only but what may still come' }),
  })

/** The query of a comparison of so many days at most. */
export const windowFields = (most: number) => ({
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Default: an hour before `to`' })),
  to: Type.Optional(
    Type.String({
      format: 'date-time',
      description: `Default: now; at most ${most === 1 ? 'a day' : `${most} days`} after \`from\``,
    }),
  ),
})
