import type { Schema } from '../../api/client.ts'

type Report = Pick<Schema<'FlowReport'>, 'splits' | 'versions'>

/**
 * What a report lacks to say whether the flow works: a split, a control group in it, or people. Without a split nobody is
 * counted in arms, however many runs there are.
 * @param published whether the flow has a version that takes people
 */
export function missingOf({ splits, versions }: Report, published: boolean): 'split' | 'control' | 'people' | null {
  const arms = versions.flatMap((version) => version.arms)
  if (arms.some(({ holdout }) => holdout)) return null
  if (published && splits.length === 0) return 'split'
  return arms.some(({ entered }) => entered > 0) ? 'control' : 'people'
}
