import { type Data, textIn } from './graph.ts'

const weightOf = ({ weight }: Data): number => (typeof weight === 'number' ? weight : 0)
const isHoldout = (arm: Data, holdout: string): boolean => holdout !== '' && textIn(arm.handle) === holdout

/** Half of a weight for each, in whole numbers where there are: the larger first. */
function halves(weight: number): [number, number] {
  const second = Number.isInteger(weight) && weight > 1 ? Math.floor(weight / 2) : weight / 2
  return [weight - second, second]
}

/**
 * The arms with one more. Where some people are held out it takes half of the last arm that is treated: who is held out
 * hangs on the share of the holdout, which an arm with a weight of its own would change.
 */
export function withArm(arms: readonly Data[], holdout: string, handle: string): Data[] {
  const giver = arms.findLastIndex((arm) => !isHoldout(arm, holdout) && weightOf(arm) > 0)
  const from = arms[giver]
  if (from === undefined || !arms.some((arm) => isHoldout(arm, holdout))) return [...arms, { handle, weight: 1 }]
  const [stays, goes] = halves(weightOf(from))
  return [...arms.with(giver, { ...from, weight: stays }), { handle, weight: goes }]
}

/** The arms without one. Where some people are held out, who was on it goes to the treated arm beside it, and not to all. */
export function withoutArm(arms: readonly Data[], holdout: string, index: number): Data[] {
  const gone = arms[index]
  const isTaker = (arm: Data) => arm !== gone && !isHoldout(arm, holdout)
  const before = arms.slice(0, index).findLastIndex(isTaker)
  const taker = before === -1 ? arms.findIndex(isTaker) : before
  const to = arms[taker]
  const keeps = gone === undefined || to === undefined || isHoldout(gone, holdout)
  if (keeps || !arms.some((arm) => isHoldout(arm, holdout))) return arms.toSpliced(index, 1)
  return arms.with(taker, { ...to, weight: weightOf(to) + weightOf(gone) }).toSpliced(index, 1)
}
