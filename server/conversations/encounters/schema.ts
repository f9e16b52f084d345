import { Type } from '@sinclair/typebox'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { stageKey, stageOf } from '#conversations/encounters/encounter.ts'
import { nextAction } from '#conversations/encounters/inactivity.ts'
import { LONGEST_EXTENSION_MIN } from '#conversations/encounters/outside.ts'
import { isResting, silenceOf, waitsFor } from '#conversations/encounters/silence.ts'
import { id, moment, optional, textOf, visibleText } from '#conversations/fields.ts'
import { type Rules, SILENCES } from '#conversations/queues/queue.ts'
import type { Message } from '#conversations/thread/store.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { isoOrNull } from '#platform/iso.ts'

export const openBody = Type.Object({ id: Type.Optional(id), queueId: id, contactId: id, channel: textOf(100) })

export const author = Type.Union([
  Type.Literal('patient'),
  Type.Literal('agent'),
  Type.Literal('bot'),
  Type.Literal('system'),
])
/** 32,000 characters: longer than any chat allows, far below what slows a page. */
export const messageBody = Type.Object({ from: author, text: visibleText(32_000) })
export const messageAnswer = Type.Object(
  {
    id: Type.String(),
    from: author,
    text: Type.String(),
    createdAt: Type.String(),
    writtenBy: orNull(
      Type.String({ description: 'Who wrote it for the agent: `user:<id>` or `key:<id>`; null: nobody that is known' }),
    ),
  },
  { title: 'Message' },
)

export const linkBody = Type.Object({
  oneUse: Type.Optional(Type.Boolean()),
  expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
})
export const closeBody = Type.Object({
  reason: textOf(500),
  message: Type.Optional({
    ...visibleText(4_000),
    description: 'Said to the person; without it, only whoever was warned is told, in the closing text',
  }),
})
/** How the person was seen without a word. */
export const visitBody = Type.Object({ how: Type.Union([Type.Literal('widget'), Type.Literal('link')]) })
export const assignBody = Type.Object({
  team: optional(id),
  user: optional(id),
  from: Type.Optional(
    orNull(id, {
      description:
        'The user who has it as far as the caller knows (null: nobody). 409 where somebody else took it meanwhile',
    }),
  ),
})
export const transferBody = Type.Object({ queueId: id })
export const snoozeBody = Type.Object({ until: moment })
export const extendBody = Type.Object({
  minutes: Type.Integer({
    minimum: 1,
    maximum: LONGEST_EXTENSION_MIN,
    description: 'Added to the time until the close; of business time where the queue has a calendar',
  }),
})

const time = orNull(Type.String())
const text = orNull(Type.String())
export const status = Type.Union([Type.Literal('open'), Type.Literal('warned'), Type.Literal('closed')])

export const encounterAnswer = Type.Object(
  {
    id: Type.String(),
    queueId: text,
    contactId: text,
    brandId: text,
    channel: text,
    status,
    stage: Type.Union([Type.Literal('tmipw'), Type.Literal('tmip'), Type.Literal('none')], {
      description: 'The timer that runs: tmipw to the warning, tmip to the close',
    }),
    stageKey: Type.String({ description: 'Names the silence that the encounter is in' }),
    nextAction: orNull(
      Type.Object({
        what: Type.Union([Type.Literal('warn'), Type.Literal('close'), Type.Literal('expire')]),
        at: Type.String(),
      }),
    ),
    threshold: orNull(
      Type.Union(
        SILENCES.map((silence) => Type.Literal(silence)),
        { description: 'Which of the times of the queue for single silences counts; null: its own' },
      ),
    ),
    handling: Type.String(),
    team: text,
    user: text,
    snoozedUntil: time,
    openedAt: Type.String(),
    lastPatientAt: time,
    waitsFor: orNull(
      Type.Union([Type.Literal('us'), Type.Literal('them')], {
        description:
          'Who has the next word: `us` where the last one is the person’s, `them` where it is an agent’s or the bot’s; what the system says counts for nobody. Null: it is closed or snoozed, the bot has to answer, or nobody has spoken',
      }),
    ),
    unansweredSince: orNull(
      Type.String({
        description: 'Where it waits for us: when the person said the first of the words that nobody has answered',
      }),
    ),
    warnedAt: time,
    grantedAt: orNull(
      Type.String({
        description: 'When somebody last gave more time by hand: flows that an earlier warning began do not close it',
      }),
    ),
    closedAt: time,
    closeReason: text,
    messageCount: Type.Integer(),
    tags: Type.Array(Type.String(), { description: 'Words that flows have put on it' }),
  },
  { title: 'Encounter' },
)

/** An encounter as the API shows it; what happens next is counted by the settings of this moment. */
export function encounterView(encounter: Encounter, rules: Rules | null, now: number) {
  const next = nextAction(encounter, rules)
  const awake = encounter.handling === 'snoozed' && !isResting(encounter, now)
  const waits = waitsFor(encounter, now)
  return {
    id: encounter.id,
    queueId: encounter.queueId,
    contactId: encounter.contactId,
    brandId: encounter.brandId,
    channel: encounter.channel,
    status: encounter.status,
    stage: stageOf(encounter),
    stageKey: stageKey(encounter),
    nextAction: next === null ? null : { what: next.what, at: new Date(next.at).toISOString() },
    threshold:
      rules === null || encounter.status === 'closed'
        ? null
        : silenceOf(encounter, rules.queue, encounter.status === 'open' ? 'warningMin' : 'closeMin'),
    handling: awake ? (encounter.assignee === null ? 'queued' : 'assigned') : encounter.handling,
    team: encounter.assignee?.team ?? null,
    user: encounter.assignee?.user ?? null,
    snoozedUntil: awake ? null : isoOrNull(encounter.snoozedUntil),
    openedAt: new Date(encounter.openedAt).toISOString(),
    lastPatientAt: isoOrNull(encounter.lastPatientAt),
    waitsFor: waits,
    unansweredSince: waits === 'us' ? isoOrNull(encounter.unansweredSince) : null,
    warnedAt: isoOrNull(encounter.warnedAt),
    grantedAt: isoOrNull(encounter.grantedAt),
    closedAt: isoOrNull(encounter.closedAt),
    closeReason: encounter.closeReason,
    messageCount: encounter.messageCount,
    tags: encounter.tags,
  }
}

export const messageView = (message: Pick<Message, 'id' | 'from' | 'text' | 'createdAt' | 'writtenBy'>) => ({
  id: message.id,
  from: message.from,
  text: message.text,
  createdAt: new Date(message.createdAt).toISOString(),
  writtenBy: message.writtenBy ?? null,
})
