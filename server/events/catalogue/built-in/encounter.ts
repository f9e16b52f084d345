import type { Json } from '#platform/event.ts'
import { type BuiltInType, count, id, moment, orNull, record, text } from './words.ts'

/**
 * What happens in a conversation, told here or by the systems that hold it. They send the eight fields; what the
 * program adds when the event is born here may be absent.
 */
const encounter = (
  subtype: string,
  description: string,
  extra: { readonly [name: string]: Json },
  example: { readonly [name: string]: Json },
): BuiltInType => ({
  name: `encounter.${subtype}`,
  family: 'encounter',
  owner: 'cauce',
  description,
  flat: true,
  schema: record(
    {
      event_id: id,
      type: { const: 'encounter' },
      subtype: { const: subtype },
      encounter_id: id,
      datetime: { type: 'integer' },
    },
    { queue_id: orNull(id), patient_id: orNull(id), brand_id: orNull(id), ...extra },
  ),
  examples: [
    {
      event_id: '0190a0b0-0000-7000-8000-000000000001',
      type: 'encounter',
      subtype,
      encounter_id: 'enc-456',
      queue_id: 'coach',
      patient_id: 'maria',
      brand_id: null,
      datetime: 1775322600000,
      ...example,
    },
  ],
})

const author: Json = { enum: ['patient', 'agent', 'bot', 'system'] }
const message = { message_id: id, from: author, text }
const round: Json = { ...(count as object), description: 'How many silences this conversation has had' }
const given: Json = {
  ...(text as object),
  description: '“by hand”: somebody gave the time, so flows that the warning began do not close the conversation',
}
const said = { message_id: 'msg-1', text: 'Hola, ¿sigue ahí?' }

export const encounterTypes: readonly BuiltInType[] = [
  encounter('created', 'A conversation began.', { channel: orNull(text) }, { channel: 'webchat' }),
  encounter('message_received', 'The person wrote.', message, { ...said, from: 'patient' }),
  encounter('message_sent', 'We wrote: an agent, the bot or the system.', message, { ...said, from: 'agent' }),
  encounter(
    'tmipw_expired',
    'The person was silent for the warning time and was warned in the chat.',
    { round, silent_since: moment, message_id: id, text },
    { ...said, round: 0, silent_since: '2026-04-03T17:10:00.000Z' },
  ),
  encounter(
    'extended',
    'The close was put off: by the extension of a queue of continuity, by a flow, or by hand.',
    { round, minutes: { type: 'integer' }, until: moment, given },
    { round: 0, minutes: 720, until: '2026-04-05T17:10:00.000Z', given: 'by hand' },
  ),
  encounter('resumed', 'The person came back after a warning.', { round, how: text }, { round: 1, how: 'message' }),
  encounter('tmip_expired', 'The person did not come back in time.', { round }, { round: 0 }),
  encounter(
    'closed',
    'The conversation was closed.',
    { round, reason: text, message_id: id, text },
    { ...said, round: 0, reason: 'inactivity' },
  ),
  encounter('reopened', 'A closed conversation was opened again.', { round }, { round: 1 }),
  encounter(
    'assigned',
    'Another hand took over: a team or person, the queue, the bot, or nobody until a time.',
    {
      to: { enum: ['queued', 'assigned', 'bot', 'snoozed'] },
      until: moment,
      team: orNull(id),
      user: orNull(id),
      from_queue_id: orNull(id),
    },
    { to: 'assigned', team: 'coaches', user: null },
  ),
  encounter(
    'tagged',
    'Words were put on the conversation that it did not have.',
    { tags: { type: 'array', items: text }, added: { type: 'array', items: text } },
    { tags: ['vip', 'refund'], added: ['refund'] },
  ),
  encounter('link_followed', 'The person opened a signed link into the conversation.', { round }, { round: 0 }),
]
