import type { Flow } from '#flows/flow.ts'
import { newcombe } from '#flows/proof/intervals.ts'

/** The rule as the graph of a version states it, before any data has come. */
export type WinnerRule = {
  /** People of each arm that it is decided on: the first so many, and no others. */
  readonly minimum: number
  /** That no arm is called the winner that is not better than each other one. */
  readonly confidence: number
  /** The winner takes all new entries but those of the holdout. */
  readonly promote: boolean
}

/** The rule of a split; null: it looks for no winner. */
export const ruleOf = (flow: Flow, node: string): WinnerRule | null =>
  (flow.nodes.get(node)?.ready as { winner: WinnerRule | null } | undefined)?.winner ?? null

/** The arms among which there may be a winner. */
export function rivalsOf(flow: Flow, node: string): string[] {
  const ready = flow.nodes.get(node)?.ready as {
    arms: readonly { handle: string; weight: number }[]
    holdout: string | null
  }
  return ready.arms.filter(({ handle, weight }) => weight > 0 && handle !== ready.holdout).map(({ handle }) => handle)
}

/** Of the first people of an arm: how many there are whose window is over, and how many of them came back. */
export type Tried = { readonly arm: string; readonly people: number; readonly hits: number }

/**
 * The arm that is better than each other one; null: none can be told from chance. To be asked once, when all arms have
 * their people: the sample is fixed before it is seen, so looking often changes nothing and needs no correction. The arms
 * are compared in pairs, each by its interval at the level that Bonferroni's inequality asks for all pairs together, since
 * it is the data that say which arm is held against the others.
 */
export function winnerOf(tried: readonly Tried[], confidence: number): string | null {
  const [best, ...others] = [...tried].sort((a, b) => b.hits / b.people - a.hits / a.people)
  if (best === undefined || others.length === 0) return null
  const pairs = (tried.length * (tried.length - 1)) / 2
  const level = 1 - (1 - confidence) / pairs
  return others.every((other) => (newcombe(best, other, level)?.low ?? 0) > 0) ? best.arm : null
}
