import type { Calendar } from '#conversations/calendars/calendar.ts'

/** What a silence is like. Several may hold at once; the more telling comes first. */
export const SILENCES = [
  'snoozed',
  'neverWrote',
  'withBot',
  'transferred',
  'returned',
  'agentSpokeLast',
  'botSpokeLast',
  'personSpokeLast',
] as const

export type Silence = (typeof SILENCES)[number]

/** Minutes; null: never. What is absent is as the queue has it. */
export type StateTimes = { readonly warningMin?: number | null; readonly closeMin?: number | null }

/** A queue as it is kept; times in minutes, null: never. */
export type Queue = {
  tenant: string
  id: string
  name: string | null
  brand: string | null
  product: string | null
  service: string | null
  continuity: boolean
  /** Silence until the warning (TMIPW). */
  warningMin: number | null
  /** From the warning to the close (TMIP). */
  closeMin: number | null
  /** Other times for silences of a kind. */
  thresholds: { readonly [S in Silence]?: StateTimes }
  closeInactive: boolean
  /** Added to the close time of continuity queues. */
  extensionMin: number
  calendarId: string | null
  /** By locale (`es`, `es-CL`). */
  warningTexts: Readonly<Record<string, string>>
  /** A patient's message reopens a closed encounter; otherwise it is refused. */
  reopenClosed: boolean
  /** Seen in events of others, not yet configured. */
  bare: boolean
  version: number
}

/** A queue and the calendar that its times are counted in (null: every minute counts). */
export type Rules = { queue: Queue; calendar: Calendar | null }
