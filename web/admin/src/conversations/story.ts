/** What happened in a conversation, from four lists, as one: what was said, told of it, sent to its person, done by flows. */
import type { Schema } from '../api/client.ts'
import { merged } from '../ui/merged.ts'

export type Message = Schema<'Message'>
export type StoryEvent = Pick<Schema<'Event'>, 'id' | 'type' | 'time'> & { data?: unknown }
export type Note = Schema<'Notification'>
export type Run = Schema<'Run'>

export type StoryItem =
  | { kind: 'message'; key: string; at: number; message: Message }
  | { kind: 'event'; key: string; at: number; event: StoryEvent }
  | { kind: 'note'; key: string; at: number; note: Note }
  | { kind: 'run'; key: string; at: number; run: Run }

/** Who says a message, among the page's texts. */
export const BY = { patient: 'byPerson', agent: 'byAgent', bot: 'byBot', system: 'bySystem' } as const

type Part<T> = { items: readonly T[]; more: boolean }

/** What the messages themselves show. */
const SILENT = new Set(['encounter.message_received', 'encounter.message_sent'])

/** One story of four lists that have the newest first, the oldest first. */
export function storyOf(parts: {
  messages: Part<Message>
  events: Part<StoryEvent>
  notes: Part<Note>
  runs: Part<Run>
}): StoryItem[] {
  const { messages, events, notes, runs } = parts
  const all = merged<StoryItem>([
    part(messages, (message) => ({ kind: 'message', key: message.id, at: Date.parse(message.createdAt), message })),
    part(events, (event) => ({ kind: 'event', key: event.id, at: Date.parse(event.time), event })),
    part(notes, (note) => ({ kind: 'note', key: note.id, at: Date.parse(note.createdAt), note })),
    part(runs, (run) => ({ kind: 'run', key: run.id, at: Date.parse(run.startedAt), run })),
  ])
  // What was said comes before what was told of it at the same moment: it caused it.
  const order = (item: StoryItem) => (item.kind === 'message' && item.message.from !== 'system' ? 0 : 1)
  return all
    .filter((item) => item.kind !== 'event' || !SILENT.has(item.event.type))
    .toReversed()
    .sort((a, b) => a.at - b.at || order(a) - order(b))
}

const part = <T>({ items, more }: Part<T>, itemOf: (one: T) => StoryItem) => ({ items: items.map(itemOf), more })

type Words = { key: string; values?: Record<string, string>; minutes?: number; until?: string; user?: string | null }

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** What an event says to a person: the key of its sentence and what stands in it. */
export function eventWords({ type, data }: StoryEvent): Words {
  const given = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  switch (type) {
    case 'encounter.created':
      return { key: 'ev_created' }
    case 'encounter.tmipw_expired':
      return { key: 'ev_warned' }
    case 'encounter.extended':
      return { key: 'ev_extended', minutes: Number(given.minutes) || 0 }
    case 'encounter.resumed': {
      const how = text(given.how)
      return { key: 'ev_resumed', values: { how: how && ['message', 'link', 'widget'].includes(how) ? how : 'sign' } }
    }
    case 'encounter.tmip_expired':
      return { key: 'ev_expired' }
    case 'encounter.closed':
      return { key: 'ev_closed', values: { reason: text(given.reason) ?? '' } }
    case 'encounter.reopened':
      return { key: 'ev_reopened' }
    case 'encounter.link_followed':
      return { key: 'ev_link' }
    case 'encounter.tagged':
      return { key: 'ev_tagged', values: { tags: Array.isArray(given.added) ? given.added.join(', ') : '' } }
    case 'encounter.transferred':
      return { key: 'ev_transferred', values: { queue: text(given.queue_id) ?? '' } }
    case 'encounter.assigned':
      return assignedWords(given)
    default:
      return { key: 'ev_unknown', values: { type } }
  }
}

function assignedWords(given: Record<string, unknown>): Words {
  if (given.to === 'bot') return { key: 'ev_bot' }
  if (given.to === 'snoozed') return { key: 'ev_snoozed', until: text(given.until) ?? undefined }
  if (given.to === 'queued')
    return text(given.from_queue_id) === null
      ? { key: 'ev_returned' }
      : { key: 'ev_transferred', values: { queue: text(given.queue_id) ?? '' } }
  return { key: 'ev_assigned', user: text(given.user), values: { team: text(given.team) ?? '' } }
}
