import type { Flow } from '#flows/flow.ts'
import type { Env, Input, NotifyEffect, Run } from '#flows/run.ts'

/* What a simulation of one person has still before it. */

/** A run of the walk: the one that the scenario begins, or one that another asked for. */
export type Player = {
  readonly flow: Flow
  readonly env: Omit<Env, 'facts'>
  /** Before the ids of its nodes, where they are told: those of the nodes that led to it. */
  readonly prefix: string
  readonly depth: number
  readonly caller: {
    readonly player: Player
    readonly node: string
    readonly visit: number
    readonly waits: boolean
  } | null
  run: Run | null
}

/** An event is for every run; all else for one. A message that waited is asked about again. */
export type Due =
  | { at: number; order: number; input: Input; player: Player | null }
  | { at: number; order: number; input: null; player: Player; effect: NotifyEffect; going: Going | null }

/** A message that goes on to the next channel. */
export type Going = { goneOn: number; unless: Unless }

/** What makes a message needless: a sign of life since then, where it is about a conversation; null: nothing does. */
export type Unless = { quietSince: number | null } | null

/** Takes the first of what is due out of it: of one moment events, then timers, then answers, each in the order in which they were put there. */
export function takeFirst(due: Due[]): Due | null {
  let first = -1
  for (const [i, item] of due.entries()) {
    const best = due[first]
    if (best === undefined || item.at < best.at || (item.at === best.at && item.order < best.order)) first = i
  }
  return first === -1 ? null : (due.splice(first, 1)[0] ?? null)
}
