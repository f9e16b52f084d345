import { PERSON_NAMES } from '#conversations/index.ts'
import { type Cel, CelFault, holds, type Scope } from '#flows/cel.ts'
import type { Flow } from '#flows/flow.ts'
import type { EventView } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/** Names that the condition of a cancel rule may use: whatever it ends has not begun, or stands anywhere. */
export const CANCEL_ROOTS: readonly string[] = ['last', 'now']

/** The person whom the data of an event names; null: nobody. */
export const personIn = (data: Json): string | null => textIn(data, ...PERSON_NAMES)

/** The first of some fields that holds an id. */
export function textIn(data: Json, ...names: readonly string[]): string | null {
  const fields = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {}
  const found = names.map((name) => fields[name]).find((value) => typeof value === 'string' && value !== '')
  return typeof found === 'string' && found.length <= 255 ? found : null
}

/** Whether events of a type end runs of a flow by the person whom they name. */
export const hearsOfPerson = ({ cancelOn }: Pick<Flow, 'cancelOn'>, type: string): boolean =>
  cancelOn.some(({ event, samePerson }) => samePerson && event === type)

/** Whether runs of a flow are also found by their person. */
export const findsByPerson = ({ cancelOn }: Pick<Flow, 'cancelOn'>): boolean =>
  cancelOn.some(({ samePerson }) => samePerson)

/** The outcome of a run that an event of a type ended. */
export const cancelledBy = (type: string): string => `cancelled by ${type}`

/** What of a run an event shares: its key, its person. */
export type Shared = { readonly key: boolean; readonly person: boolean }

/** Whether an event ends a run of the flow, wherever it stands. */
export const cancels = ({ cancelOn }: Pick<Flow, 'cancelOn'>, event: EventView, shared: Shared, now: number): boolean =>
  cancelOn.some(
    ({ event: type, where, samePerson }) =>
      type === event.type &&
      (samePerson ? shared.person : shared.key) &&
      (where === null || isMeant(where, event, now)),
  )

/** The same, also by the goal: what waits to begin a run then begins none. */
export const endsRuns = (
  flow: Pick<Flow, 'cancelOn' | 'goal'>,
  event: EventView,
  shared: Shared,
  now: number,
): boolean =>
  (shared.key && flow.goal?.ends === true && flow.goal.event === event.type) || cancels(flow, event, shared, now)

/**
 * Whether an event that ends a run just when it begins may be in the hands of another node: it is not found by the subject,
 * and so is not of the same shard.
 */
export const endsFromElsewhere = ({ key, cancelOn, goal }: Pick<Flow, 'key' | 'cancelOn' | 'goal'>): boolean =>
  cancelOn.some(({ samePerson }) => samePerson || key !== null) || (key !== null && goal?.ends === true)

/** One that cannot be answered for this event does not hold. */
function isMeant(where: Cel, last: EventView, now: number): boolean {
  const scope: Scope = { event: null, last, contact: null, encounter: null, queue: null, vars: {}, now: new Date(now) }
  try {
    return holds(where, scope)
  } catch (error) {
    if (error instanceof CelFault) return false
    throw error
  }
}
