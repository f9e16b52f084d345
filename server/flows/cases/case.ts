import { type Static, type TUnsafe, Type } from '@sinclair/typebox'
import { calendarBody } from '#conversations/index.ts'
import { type GraphFault, MAX_FAULTS } from '#flows/graph.ts'
import { judge } from '#flows/judged.ts'
import type { Json } from '#platform/event.ts'

/** Cases of one flow; each runs on every publish. */
export const MAX_CASES = 100

type Members = { [name: string]: Json }
const members = (description: string): TUnsafe<Members> =>
  Type.Unsafe<Members>(Type.Record(Type.String(), Type.Unknown(), { description }))
const text = (maxLength: number, description?: string) =>
  Type.String({ minLength: 1, maxLength, ...(description === undefined ? {} : { description }) })
const duration = text(40, 'ISO 8601 duration since the first event')

const later = Type.Union([
  Type.Object({ after: duration, event: members('An event in any form') }, { additionalProperties: false }),
  Type.Object(
    {
      after: duration,
      reply: text(4_000, 'The person writes this: `encounter.message_received`, `encounter.resumed`'),
    },
    { additionalProperties: false },
  ),
])

const outcome = Type.Object(
  {
    way: text(50),
    value: Type.Optional(Type.Unsafe<Json>(Type.Unknown())),
    cause: Type.Optional(text(500)),
    after: Type.Optional(text(40, 'ISO 8601 duration')),
  },
  { additionalProperties: false },
)

const message = Type.Object(
  {
    node: Type.Optional(text(100)),
    after: Type.Optional(duration),
    channel: Type.Optional(text(50, 'The first that the step names; `chat` for what is written in the conversation')),
    template: Type.Optional(text(100)),
    title: Type.Optional(text(20_000)),
    text: Type.Optional(text(20_000, 'The whole text')),
    contains: Type.Optional(text(20_000, 'A part of the text')),
  },
  { additionalProperties: false },
)

const expected = Type.Object(
  {
    status: Type.Optional(
      Type.Union(['waiting', 'completed', 'failed', 'cancelled', 'not started'].map((name) => Type.Literal(name))),
    ),
    outcome: Type.Optional(text(500)),
    steps: Type.Optional(
      Type.Array(text(100), {
        maxItems: 1_000,
        description: 'Ids of the steps in the order in which they are entered',
      }),
    ),
    messages: Type.Optional(
      Type.Array(message, { maxItems: 200, description: 'All that people are told, in order; of each what is named' }),
    ),
    vars: Type.Optional(members('Of the variables at the end those that are named')),
  },
  { additionalProperties: false, minProperties: 1 },
)

/** What is played to a flow, and what it should do. */
export const caseBody = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    event: members('What begins the run, in any form, or only what matters: { type, subject?, data?, time? }'),
    contact: Type.Optional(members('The person')),
    encounter: Type.Optional(members('The conversation')),
    queue: Type.Optional(members('Its queue')),
    calendars: Type.Optional(
      Type.Record(text(255), calendarBody, {
        maxProperties: 20,
        description: 'By their ids; `queue` is that of the queue, and without it its time is plain',
      }),
    ),
    later: Type.Optional(Type.Array(later, { maxItems: 200 })),
    outcomes: Type.Optional(
      Type.Record(text(100), Type.Array(outcome, { maxItems: 50 }), {
        maxProperties: 200,
        description:
          'By node: what its n-th visit comes to; of a split, the arm. Otherwise calls answer 200 and notifications are sent',
      }),
    ),
    expect: expected,
  },
  { additionalProperties: false },
)

export type CaseBody = Static<typeof caseBody>
export type NamedCase = CaseBody & { name: string }

export const CASE_NAME = Type.String({
  pattern: '^[^\\p{Cc}/]{1,200}$',
  description: 'At most 200 characters, without slashes',
})

export const namedCase = Type.Object({ name: CASE_NAME, ...caseBody.properties }, { additionalProperties: false })

const CASES = Type.Array(namedCase, { maxItems: MAX_CASES })

/** Cases as a file holds them: a list of bodies with their names. Everything that is wrong is listed, none is read. */
export function readCases(value: unknown): { cases: NamedCase[]; faults: GraphFault[] } {
  if (value === undefined) return { cases: [], faults: [] }
  const faults: GraphFault[] = judge(CASES, value).faults.map(({ path, says }) => ({
    nodeId: null,
    path: path === '' ? 'cases' : `cases.${path}`,
    says,
  }))
  if (faults.length > 0) return { cases: [], faults: faults.slice(0, MAX_FAULTS) }
  const cases = value as NamedCase[]
  const seen = new Set<string>()
  for (const [i, { name }] of cases.entries()) {
    if (seen.has(name)) {
      const says = { en: `there are two cases ${name}`, es: `hay dos casos ${name}` }
      faults.push({ nodeId: null, path: `cases.${i}.name`, says })
    }
    seen.add(name)
  }
  return { cases, faults }
}
