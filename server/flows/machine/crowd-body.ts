import { type Static, Type } from '@sinclair/typebox'
import { versionNumber } from '#platform/http/answer-fields.ts'

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const duration = (description: string) =>
  Type.String({ maxLength: 40, description: `${description} (ISO 8601 duration)` })
const members = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })
const share = Type.Number({ minimum: 0, maximum: 1 })

const MAX_PEOPLE = 10_000
/** A year and a day. */
export const MAX_SPAN_MS = 367 * 86_400_000

const act = Type.Union([
  Type.Object(
    {
      after: duration('Since their conversation began'),
      reply: Type.String({ minLength: 1, maxLength: 4_000, description: 'The person writes it' }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      after: duration('Since their conversation began'),
      event: members('What another system tells of them; its texts as in the first `event`'),
    },
    { additionalProperties: false },
  ),
])
const script = Type.Array(act, { maxItems: 100, description: 'What they do, in order' })

const person = Type.Object(
  {
    id: Type.Optional({ ...text(200), description: 'Of the conversation' }),
    contact: Type.Optional(members('The person: id, name, locale, timeZone, addresses, attributes')),
    after: Type.Optional(duration('From the beginning until their conversation begins')),
    script: Type.Optional(script),
  },
  { additionalProperties: false },
)

const outcome = Type.Object(
  {
    way: text(50),
    value: Type.Optional(Type.Unknown()),
    cause: Type.Optional(text(500)),
    after: Type.Optional(duration('Default none')),
  },
  { additionalProperties: false },
)

/** A trial as it is asked for. */
export const crowdBody = Type.Object(
  {
    people: Type.Union(
      [
        Type.Object(
          {
            invented: Type.Object(
              {
                count: Type.Integer({ minimum: 1, maximum: MAX_PEOPLE }),
                contact: Type.Optional(members('What they all are: locale, timeZone, attributes, …')),
              },
              { additionalProperties: false },
            ),
          },
          { additionalProperties: false },
        ),
        Type.Object(
          {
            contacts: Type.Object(
              {
                ids: Type.Optional(Type.Array(text(255), { minItems: 1, maxItems: 1_000 })),
                locale: Type.Optional(text(35)),
                attributes: Type.Optional(members('Attributes that they have')),
                limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PEOPLE, description: 'Default 1000' })),
              },
              {
                additionalProperties: false,
                description: 'Registered contacts; they are read, and nothing of them changes',
              },
            ),
          },
          { additionalProperties: false },
        ),
        Type.Object(
          { described: Type.Array(person, { minItems: 1, maxItems: 1_000 }) },
          { additionalProperties: false },
        ),
      ],
      { description: 'Who they are: invented, contacts of yours, or described one by one' },
    ),
    event: Type.Optional(
      members(
        'What another system tells when a person’s conversation opens, with Liquid over `contact` in its texts: `{{ contact.id }}` where the key of the flow stands. Absent: nothing; the conversation opens, and they say nothing',
      ),
    ),
    queueId: Type.Optional({
      ...text(255),
      description: 'Queue of their conversations: its times, texts and calendar count',
    }),
    startAt: Type.Optional(Type.String({ format: 'date-time', description: 'Default: now' })),
    over: Type.Optional(duration('Their conversations begin evenly within so long; default at once')),
    lasts: Type.Optional(duration('How long it is looked at; default P7D')),
    script: Type.Optional(script),
    replies: Type.Optional(
      Type.Object(
        {
          chance: { ...share, description: 'That something said is answered' },
          byChannel: Type.Optional(
            Type.Record(Type.String({ maxLength: 20 }), share, {
              maxProperties: 10,
              description: 'Where it differs: `chat`, `push`, `email`, `inbox`',
            }),
          ),
          median: duration('Until half of those who answer have answered'),
          spread: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 3,
              description:
                'Of the logarithm of the delay (log-normal); default 1: two thirds within a factor of 2.7; 0: always the median',
            }),
          ),
          text: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
        },
        { additionalProperties: false, description: 'Answers by lot. Absent: people only do what is in their script' },
      ),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_295,
        description: 'The same seed gives the same trial; default 1',
      }),
    ),
    outcomes: Type.Optional(
      Type.Record(text(100), Type.Array(outcome, { maxItems: 50 }), {
        maxProperties: 200,
        description:
          'By node: what its n-th visit in a run comes to. Otherwise calls answer 200 and channels take everything',
      }),
    ),
    examples: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, description: 'People shown for each way it came out; default 3' }),
    ),
    version: Type.Optional(versionNumber({ description: 'Default: the draft' })),
  },
  { additionalProperties: false },
)

export type CrowdBody = Static<typeof crowdBody>
