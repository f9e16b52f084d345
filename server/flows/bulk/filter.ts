import { type Static, Type } from '@sinclair/typebox'
import { RUN_STATUSES } from '#flows/answers.ts'
import { instant, versionNumber } from '#platform/http/answer-fields.ts'

const closed = { additionalProperties: false }

export const soughtWords = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^(?=[\\s\\S]*\\S)[^\\u0000]*$',
  description:
    'The name of whom a run is about, or part of it, large or small, with accents or without; their id; or the subject',
})
export const soughtOutcome = Type.String({ minLength: 1, maxLength: 500 })
export const soughtStep = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'Where it waits, or where it failed',
})

/** Which runs of a flow; each member narrows. */
export const runFilter = Type.Object(
  {
    status: Type.Optional(Type.Union(RUN_STATUSES.map((name) => Type.Literal(name)))),
    version: Type.Optional(versionNumber()),
    outcome: Type.Optional(soughtOutcome),
    q: Type.Optional(soughtWords),
    key: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    nodeId: Type.Optional(soughtStep),
    cause: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'Stands in the cause of its failure' }),
    ),
    since: Type.Optional(Type.Unsafe<string>({ ...instant, description: 'It began then or later' })),
    until: Type.Optional(Type.Unsafe<string>({ ...instant, description: 'It began before' })),
  },
  closed,
)
export type RunFilter = Static<typeof runFilter>

export const ACTIONS = ['cancel', 'retry', 'replay'] as const
export type Action = (typeof ACTIONS)[number]

/** Statuses of the runs that an action is for. */
export const STATUSES_FOR: Readonly<Record<Action, readonly string[]>> = {
  cancel: ['waiting'],
  retry: ['failed'],
  replay: ['completed', 'failed', 'cancelled'],
}
