import type { News } from '#flows/watch/judge.ts'
import { type OperatorAlert, readable } from '#notifications/index.ts'
import type { Sentence } from '#platform/sentence.ts'

/** Something that has become of a flow, with the event that tells of it. */
export type Told = News & { tenant: string; flowId: string; name: string; eventId: string }

/** Flows that a message lists; of more it gives the number. */
const LISTED = 10

/** What the owners and administrators of each tenant are told: one message of what is wrong, one of what is over. */
export function alertsOf(told: readonly Told[]): OperatorAlert[] {
  const groups = Map.groupBy(told, ({ tenant, over }) => `${tenant}\n${over}`)
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group
    if (first === undefined) return []
    return {
      tenant: first.tenant,
      template: first.over ? 'flow-recovered' : 'flow-troubled',
      eventIds: [first.eventId, ...others.map(({ eventId }) => eventId)],
      data: {
        count: group.length,
        more: Math.max(0, group.length - LISTED),
        flows: group.slice(0, LISTED).map(({ flowId, name, what, since, data }) => ({
          ...{ flowId, name, what, since: readable(since), ...data },
          ...(typeof data.dueAt === 'string' ? { dueAt: readable(Date.parse(data.dueAt)) } : {}),
          ...(typeof data.usualPauseMs === 'number' ? { usual: lasting(data.usualPauseMs) } : {}),
        })),
      },
    }
  })
}

const UNITS = [
  { ms: 86_400_000, en: 'days', es: 'días' },
  { ms: 3_600_000, en: 'hours', es: 'horas' },
] as const
const MINUTES = { ms: 60_000, en: 'minutes', es: 'minutos' } as const

/** As one says it, in the largest unit of which there are two: "26 hours". */
function lasting(ms: number): Sentence {
  const unit = UNITS.find((one) => ms >= 2 * one.ms) ?? MINUTES
  const count = Math.ceil(ms / unit.ms)
  return { en: `${count} ${unit.en}`, es: `${count} ${unit.es}` }
}
