import { Type } from '@sinclair/typebox'
import { sentence, visitAnswer } from '#flows/answers.ts'
import { saidAnswer } from '#flows/machine/answers.ts'
import { KINDS } from '#flows/machine/replay/difference.ts'
import { count, instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

const textOrNull = orNull(Type.String())

const difference = Type.Object(
  {
    kind: oneOf(KINDS),
    nodeId: textOrNull,
    real: Type.Unknown({ description: 'What was' }),
    draft: Type.Unknown({ description: 'What would have been' }),
    says: sentence,
  },
  { title: 'CourseDifference' },
)
const course = Type.Object(
  {
    runId: Type.String(),
    version: orNull(Type.Integer({ description: 'That it went by; null: the draft' })),
    outcome: Type.String(),
    startedAt: instant,
    path: Type.Array(visitAnswer),
    said: Type.Array(saidAnswer),
  },
  { title: 'Course' },
)

export const replayAnswer = Type.Object(
  {
    from: instant,
    to: instant,
    events: { ...count, description: 'Of the types that matter to the flow' },
    types: Type.Array(Type.Object({ type: Type.String(), count })),
    comparison: orNull(
      Type.Object({
        runs: Type.Object({ real: count, draft: count }),
        same: { ...count, description: 'Events that began a run, without a difference' },
        different: count,
        subjects: { ...count, description: 'Subjects with a difference' },
        kinds: Type.Array(Type.Object({ kind: oneOf(KINDS), runs: count })),
        outcomes: Type.Array(Type.Object({ outcome: Type.String(), real: count, draft: count })),
        messages: Type.Array(
          Type.Object({
            nodeId: textOrNull,
            channel: textOrNull,
            outcome: oneOf(['sent', 'failed', 'suppressed']),
            real: count,
            draft: count,
          }),
          { description: 'By step and channel, without what `escalateAfter` said next, on neither side' },
        ),
        examples: Type.Array(
          Type.Object({
            event: Type.Object({
              id: Type.String(),
              type: Type.String(),
              at: instant,
              subject: Type.String(),
              contactId: textOrNull,
            }),
            differences: Type.Array(difference),
            real: orNull(course),
            draft: orNull(course),
          }),
          { description: 'Who would have got what differently, some of each kind' },
        ),
        names: Type.Record(Type.String(), Type.String(), {
          description:
            'What the people behind the ids in the examples are called: of subjects, and of whom was told something',
        }),
      }),
    ),
  },
  { title: 'Replay' },
)

export const runReplayAnswer = Type.Object({
  same: Type.Boolean(),
  differences: Type.Array(difference),
  real: course,
  draft: orNull(course),
})
