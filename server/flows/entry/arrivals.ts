import type { EntryControl } from '#flows/entry/control.ts'
import { type Entry, takesPlace } from '#flows/entry/entry.ts'
import { insertEntries, type Withdrawn, withdrawEntries } from '#flows/entry/store.ts'
import { isFromBefore } from '#flows/silences.ts'
import type { DueEntry, Writes } from '#platform/work.ts'

/** Looks at the entries of a flow: who may begin does. */
export const ENTRY_KIND = 'flow.entry'

/** The flow to look at, and keys of which something came or ended. */
export type Look = { flowId: string; keys: readonly string[] }

/** @param which tells looks of one flow apart: nobody waits for another's row */
export const lookRow = (tenant: string, look: Look, which: string, dueAt: number): DueEntry => ({
  kind: ENTRY_KIND,
  tenant,
  key: which === '' ? look.flowId : `${look.flowId}/${which}`,
  dueAt,
  payload: { flowId: look.flowId, keys: [...look.keys] },
})

/** What the events of one batch bring to the entries of flows, in their order; nothing is written before `writes`. */
export type Arrivals = {
  enter(entry: Entry, control: EntryControl): void
  /** What would have ended a run ends what waits to begin one. */
  withdraw(which: Withdrawn): void
  /** Null: nothing came. */
  writes(now: number): Writes | null
}

export function arrivals(): Arrivals {
  const entries = new Map<string, { entry: Entry; control: EntryControl }>()
  const withdrawn: Withdrawn[] = []
  return {
    enter(entry, control) {
      const place = `${entry.tenant}\n${entry.flowId}\n${entry.slot}`
      const standing = entries.get(place)
      if (standing !== undefined && !takesPlace(standing.entry, entry)) return
      entries.delete(place)
      entries.set(place, { entry, control })
    },
    withdraw(which) {
      withdrawn.push(which)
      for (const [place, { entry }] of entries) {
        if (entry.tenant !== which.tenant || entry.flowId !== which.flowId) continue
        const { about } = entry.body
        const isMeant = 'key' in which ? entry.key === which.key : about.contactId === which.person
        if (isMeant && !isFromBefore(about, which.ending.type, which.ending.at)) entries.delete(place)
      }
    },
    writes(now) {
      if (entries.size + withdrawn.length === 0) return null
      const all = [...entries.values()]
      return (tx) => {
        withdrawEntries(tx, withdrawn)
        insertEntries(
          tx,
          all.map(({ entry }) => entry),
        )
        tx.schedule(looksFor(all, now))
      }
    },
  }
}

/** A look for each flow: at once where somebody may begin, or fill a batch, else when the first is ready. */
function looksFor(all: readonly { entry: Entry; control: EntryControl }[], now: number): DueEntry[] {
  const byFlow = Map.groupBy(all, ({ entry }) => `${entry.tenant}\n${entry.flowId}`)
  return [...byFlow.values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    const { tenant, flowId, body } = first.entry
    const gathers = of.some(({ control }) => control.batch !== null)
    const keys = gathers ? [...new Set(of.map(({ entry }) => entry.key))] : []
    const dueAt = gathers ? now : Math.min(...of.map(({ entry }) => entry.readyAt))
    return [lookRow(tenant, { flowId, keys }, String(body.event.position), dueAt)]
  })
}
