import { Type } from '@sinclair/typebox'
import { sentence, visitAnswer } from '#flows/answers.ts'
import { LINK } from '#flows/machine/world.ts'
import { count, instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

const textOrNull = orNull(Type.String())
const kind = oneOf(['notify', 'message', 'warning', 'closing'])
const outcome = oneOf(['sent', 'failed', 'suppressed'])

export const saidAnswer = Type.Object(
  {
    at: instant,
    nodeId: orNull(Type.String({ description: 'Null: the platform says it by itself' })),
    kind,
    to: orNull(
      Type.Union(
        [
          Type.Object({ address: Type.String() }),
          Type.Object({ contactId: Type.String() }),
          Type.Object({ userId: Type.String() }),
        ],
        { description: 'Null: it is said in the conversation, or nobody got it' },
      ),
    ),
    channel: textOrNull,
    template: textOrNull,
    title: textOrNull,
    body: textOrNull,
    link: orNull(Type.String({ description: `Null: it leads nowhere; \`${LINK}\`: to the conversation` })),
    reason: orNull(Type.String({ description: 'Why it was not said' })),
    outcome,
  },
  { title: 'Said' },
)

const totals = Type.Object({
  runs: Type.Object({
    begun: count,
    completed: count,
    failed: count,
    cancelled: count,
    waiting: { ...count, description: 'At the end of the time' },
    goal: { ...count, description: 'Reached the goal of the flow' },
  }),
  outcomes: Type.Array(Type.Object({ outcome: Type.String(), runs: count })),
  steps: Type.Array(
    Type.Object({
      nodeId: Type.String(),
      entered: count,
      ways: Type.Record(Type.String(), count, { description: 'By which ways it was left' }),
      errors: count,
    }),
  ),
  arms: Type.Array(Type.Object({ nodeId: Type.String(), arm: Type.String(), holdout: Type.Boolean(), runs: count })),
  messages: Type.Array(
    Type.Object({
      nodeId: textOrNull,
      kind,
      channel: textOrNull,
      template: textOrNull,
      outcome,
      reason: textOrNull,
      count,
    }),
  ),
  effects: Type.Array(Type.Object({ nodeId: Type.String(), kind: Type.String(), count })),
  conversations: Type.Object(
    { open: count, warned: count, closed: count },
    { description: 'How they stand at the end of the time' },
  ),
  replies: count,
  tooLate: { ...count, description: 'Words that came when the conversation was closed' },
  notBegun: Type.Array(Type.Object({ why: Type.String(), says: sentence, events: count }), {
    description:
      'Events of a trigger that began no run, and why: also those that `oncePer` dropped, that a later one replaced (`debounce`), or that came while one of their key waited for its turn. Of one key for all: `{{ contact.id }}` in the event gives each person their own',
  }),
})

const story = Type.Object(
  {
    id: Type.String({ description: 'Of the conversation' }),
    contactId: textOrNull,
    outcome: Type.String({ description: 'Of the last run' }),
    runs: Type.Array(
      Type.Object({
        id: Type.String(),
        flowId: Type.String(),
        status: Type.String(),
        outcome: Type.String(),
        startedAt: instant,
        path: Type.Array(visitAnswer),
      }),
    ),
    said: Type.Array(saidAnswer),
    events: Type.Array(
      Type.Object({ at: instant, type: Type.String(), from: oneOf(['outside', 'conversation', 'flow']) }),
    ),
    notBegun: Type.Array(Type.Object({ at: instant, type: Type.String(), says: sentence }), {
      description: 'Their events that began no run, and why',
    }),
  },
  { title: 'Story' },
)

export const crowdAnswer = Type.Object(
  {
    people: count,
    steps: count,
    complete: Type.Boolean({ description: 'False: the bound on steps was reached before the end of the time' }),
    until: instant,
    totals,
    examples: Type.Array(story, {
      description: 'People with all that happened to them, some for each way it came out',
    }),
  },
  { title: 'Trial' },
)
