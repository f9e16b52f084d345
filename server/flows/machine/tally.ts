import type { Walker } from '#flows/machine/engine.ts'
import type { Said } from '#flows/machine/world.ts'
import type { Effect, Step } from '#flows/run.ts'

/** What a trial came to, counted. */
export type Totals = {
  runs: { begun: number; completed: number; failed: number; cancelled: number; waiting: number; goal: number }
  outcomes: { outcome: string; runs: number }[]
  steps: { nodeId: string; entered: number; ways: { [way: string]: number }; errors: number }[]
  arms: { nodeId: string; arm: string; holdout: boolean; runs: number }[]
  messages: {
    nodeId: string | null
    kind: Said['kind']
    channel: string | null
    template: string | null
    outcome: Said['outcome']
    reason: string | null
    count: number
  }[]
  effects: { nodeId: string; kind: string; count: number }[]
}

export type Tally = {
  begun(): void
  ended(walker: Walker): void
  /** The goal of one that is over came. */
  reached(): void
  steps(walker: Walker, steps: readonly Step[]): void
  effect(walker: Walker, effect: Effect): void
  said(said: Said): void
  totals(waiting: Iterable<Walker>): Totals
}

/** How a run came out, in the words of whoever drew it; a failure by where and why. */
export const outcomeOf = ({ run }: Pick<Walker, 'run'>): string =>
  run.failure === null ? (run.outcome ?? run.status) : `failed at ${run.failure.nodeId}: ${run.failure.cause}`

/** More kinds of outcome or reason than this are counted together: texts of errors may differ for each run. */
const MOST_KINDS = 200
const OTHERS = '…'

export function createTally(): Tally {
  const runs = { begun: 0, completed: 0, failed: 0, cancelled: 0, waiting: 0, goal: 0 }
  const outcomes = new Map<string, number>()
  const nodes = new Map<string, { entered: number; ways: Map<string, number>; errors: number }>()
  const arms = new Map<string, Totals['arms'][number]>()
  const messages = new Map<string, Totals['messages'][number]>()
  const effects = new Map<string, Totals['effects'][number]>()

  function count<T extends object>(map: Map<string, T>, key: string, make: () => T, add: (found: T) => void): void {
    const place = map.has(key) || map.size < MOST_KINDS * 10 ? key : OTHERS
    const found = map.get(place) ?? make()
    map.set(place, found)
    add(found)
  }

  function closed(walker: Walker): void {
    const { status, goalAt } = walker.run
    runs[status] += 1
    if (goalAt !== null) runs.goal += 1
    const outcome = outcomeOf(walker)
    const place = outcomes.has(outcome) || outcomes.size < MOST_KINDS ? outcome : OTHERS
    outcomes.set(place, (outcomes.get(place) ?? 0) + 1)
  }

  return {
    begun: () => {
      runs.begun += 1
    },
    ended: closed,
    reached: () => {
      runs.goal += 1
    },
    steps({ prefix }, steps) {
      for (const { nodeId, way, error, resumed } of steps) {
        count(
          nodes,
          prefix + nodeId,
          () => ({ entered: 0, ways: new Map<string, number>(), errors: 0 }),
          (node) => {
            if (resumed !== true) node.entered += 1
            if (way !== undefined) node.ways.set(way, (node.ways.get(way) ?? 0) + 1)
            if (error !== undefined) node.errors += 1
          },
        )
      }
    },
    effect({ prefix }, effect) {
      const nodeId = prefix + effect.node
      if (effect.kind === 'split') {
        const { arm, holdout } = effect
        count(
          arms,
          `${nodeId}\n${arm}`,
          () => ({ nodeId, arm, holdout, runs: 0 }),
          (found) => {
            found.runs += 1
          },
        )
        return
      }
      const { kind } = effect
      count(
        effects,
        `${nodeId}\n${kind}`,
        () => ({ nodeId, kind, count: 0 }),
        (found) => {
          found.count += 1
        },
      )
    },
    said({ nodeId, kind, channel, template, outcome, reason }) {
      count(
        messages,
        [nodeId, kind, channel, template, outcome, reason].join('\n'),
        () => ({ nodeId, kind, channel, template, outcome, reason, count: 0 }),
        (found) => {
          found.count += 1
        },
      )
    },
    totals(waiting) {
      for (const walker of waiting) closed(walker)
      return {
        runs,
        outcomes: [...outcomes].map(([outcome, n]) => ({ outcome, runs: n })).sort((a, b) => b.runs - a.runs),
        steps: [...nodes].map(([nodeId, { ways, ...rest }]) => ({ nodeId, ...rest, ways: Object.fromEntries(ways) })),
        arms: [...arms.values()],
        messages: [...messages.values()].sort((a, b) => b.count - a.count),
        effects: [...effects.values()],
      }
    },
  }
}
