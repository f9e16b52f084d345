import { type TSchema, Type } from '@sinclair/typebox'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { comparisonOf } from '#switches/index.ts'

const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  description: 'Letters, digits, `.`, `_` and `-`; begins with a letter or digit',
})
const Mark = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'Without control characters',
})
const Marks = (description: string) => Type.Optional(Type.Array(Mark, { maxItems: 20, description }))
const Duration = (description: string) => Type.String({ maxLength: 40, description, examples: ['PT15M'] })
const Role = Type.Union([Type.Literal('leader'), Type.Literal('follower')])

const System = Type.Object({
  name: Name,
  role: Role,
  knownBy: Type.Object({
    keys: Marks('Ids of API keys that only this system uses'),
    sources: Marks('`source` of its CloudEvents; one that ends in * stands for all that begin so'),
    brokerUsers: Marks('Users of the broker under which it publishes'),
    headers: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]{1,100}$' }), Mark, { maxProperties: 10 })),
  }),
})

export const pairParams = Type.Object({ pair: Name })

export const registration = Type.Object({
  namespace: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'To which the ids of both belong; default: that of the flat form',
    }),
  ),
  window: Type.Optional(Duration('How late one may be after the other; default PT15M, at most P1D')),
  systems: Type.Array(System, { minItems: 2, maxItems: 2 }),
})

const Switch = {
  from: Type.String(),
  to: Type.String(),
  startedAt: instant,
  published: Type.Integer({ description: 'What the new leader had sent before and nobody published' }),
  actor: Type.String(),
}

export const shownPair = Type.Object(
  {
    id: Type.String(),
    namespace: Type.String(),
    window: Type.String(),
    leader: Type.String(),
    systems: Type.Array(System),
    switching: orNull(Type.Object(Switch)),
    lastSwitch: orNull(Type.Object({ ...Switch, endedAt: instant })),
  },
  { title: 'SourcePair' },
)

export const wish = Type.Object({
  to: Name,
  window: Type.Optional(Duration('What the new leader sent earlier stays held; default: that of the pair')),
  preview: Type.Optional(Type.Boolean({ default: false, description: 'Tell what would happen; change nothing' })),
})

const HeldEvent = Type.Object({
  id: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  system: Type.String(),
  seenAt: instant,
  publishedAt: orNull(instant),
  event: Type.Unknown(),
})
export const heldEvent = HeldEvent

const Waiting = Type.Object({
  count: Type.Integer({ description: 'At most 100,000 are counted' }),
  oldest: orNull(instant),
  newest: orNull(instant),
})

export const switched = Type.Object({
  from: Type.String(),
  to: Type.String(),
  preview: Type.Boolean(),
  wouldPublish: Type.Optional(Waiting),
  wouldStayHeld: Type.Optional(Waiting),
  examples: Type.Optional(Type.Array(HeldEvent)),
  published: Type.Optional(Type.Integer()),
  done: Type.Optional(Type.Boolean({ description: 'false: it goes on by itself; look at the pair' })),
})

const Seen = Type.Object({
  id: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  at: instant,
  published: Type.Boolean({ description: 'false: it is only kept, and there is no event of that id' }),
  fields: Type.Optional(Type.Array(Type.String())),
  values: Type.Optional(
    Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
      description: 'By field, what each system says; one that says nothing of it is absent',
    }),
  ),
})

const generic = comparisonOf(Seen as never)
export const comparison: TSchema = Type.Object(
  {
    ...generic.properties,
    differing: Type.Object({
      count: Type.Integer(),
      fields: Type.Record(Type.String(), Type.Integer(), {
        description: 'Of the examples: which fields differ how often',
      }),
      examples: Type.Array(Seen),
    }),
  },
  { title: 'SourceComparison' },
)

export const heldQuery = {
  system: Type.Optional(Name),
  unpublished: Type.Optional(Type.Boolean({ description: 'Only what is in no log, by whichever system' })),
}
