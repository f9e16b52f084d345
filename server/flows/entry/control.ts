import { isDeepStrictEqual } from 'node:util'
import type { Cel } from '#flows/cel.ts'
import type { Graph } from '#flows/graph.ts'
import type { Span } from '#platform/duration.ts'

/**
 * How a flow lets its runs begin, where its author says more than "at once". What such a flow begins with waits as an
 * entry until its turn; flows without it know no entries.
 */
export type EntryControl = {
  /** A key begins at most one run in so long; null: no bound. */
  readonly oncePer: Span | null
  /** Runs under way at once; null: no bound. */
  readonly concurrency: number | null
  /** Runs begun within any span of this length, in milliseconds; null: no bound. */
  readonly rate: { readonly limit: number; readonly perMs: number } | null
  /** The last event of a key begins once so many milliseconds have been quiet; null: the first does. */
  readonly debounceMs: number | null
  /** Events of a key begin one run together: at so many, or so many milliseconds after the first; null: each its own. */
  readonly batch: { readonly size: number; readonly withinMs: number } | null
  /** Who waits for a turn comes in the order of this number, the highest first; null: all alike. */
  readonly priority: Cel | null
}

/** Variable that holds the events of a batch, the oldest first. */
export const BATCH_VAR = 'batch'
/** Characters of the events of one batch together: a run keeps them as long as it goes on. */
export const BATCH_CHARACTERS = 262_144

const SETTINGS = ['oncePer', 'concurrency', 'rate', 'debounce', 'batch', 'priority'] as const

/** Whether two graphs let their runs begin alike. */
export const beginAlike = (a: Graph, b: Graph): boolean =>
  SETTINGS.every((name) => isDeepStrictEqual(a.settings?.[name], b.settings?.[name]))
