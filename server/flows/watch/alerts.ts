import type { News } from '#flows/watch/judge.ts'
import { type OperatorAlert, readable } from '#notifications/index.ts'

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
        flows: group
          .slice(0, LISTED)
          .map(({ flowId, name, what, since, data }) => ({ flowId, name, what, since: readable(since), ...data })),
      },
    }
  })
}
