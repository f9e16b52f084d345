import { findsByPerson } from '#flows/cancelling.ts'
import type { Flow } from '#flows/flow.ts'
import type { Run } from '#flows/run.ts'

type Standing = { readonly flowId: string; readonly flow: Flow; readonly run: Run }

/** The runs of a world that are under way, by what events find them by. */
export function createStanding<W extends Standing>() {
  const byKey = new Map<string, Set<W>>()
  const byPerson = new Map<string, Set<W>>()
  /** Those that are over without their goal, which may still come. */
  const over = new Map<string, Set<W>>()
  const placeOf = (flowId: string, name: string) => `${flowId}\n${name}`

  function put(lists: Map<string, Set<W>>, place: string, walker: W, isThere: boolean): void {
    const there = lists.get(place)
    if (isThere) {
      if (there === undefined) lists.set(place, new Set([walker]))
      else there.add(walker)
    } else if (there !== undefined) {
      there.delete(walker)
      if (there.size === 0) lists.delete(place)
    }
  }

  return {
    isTaken: (flowId: string, key: string): boolean => byKey.has(placeOf(flowId, key)),
    ofKey: (flowId: string, key: string): Iterable<W> => byKey.get(placeOf(flowId, key)) ?? [],
    ofPerson: (flowId: string, person: string): Iterable<W> => byPerson.get(placeOf(flowId, person)) ?? [],
    overOfKey: (flowId: string, key: string): Iterable<W> => over.get(placeOf(flowId, key)) ?? [],
    /** It came to be under way, or is over. */
    note(walker: W, isUnderWay: boolean): void {
      const { flowId, flow, run } = walker
      if (run.key !== null) {
        const place = placeOf(flowId, run.key)
        put(byKey, place, walker, isUnderWay)
        if (flow.goal !== null) put(over, place, walker, !isUnderWay && run.goalAt === null)
      }
      const { contactId } = run.about
      if (contactId !== null && findsByPerson(flow)) put(byPerson, placeOf(flowId, contactId), walker, isUnderWay)
    },
  }
}
