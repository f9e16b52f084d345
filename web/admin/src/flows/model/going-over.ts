/** Runs that stand at a step, as the preview of a publish tells of them. */
export type Standing = {
  readonly nodeId: string
  readonly runs: number
  readonly fate: 'same' | 'changed' | 'replaced' | 'removed'
  /** Of those: who cannot go over, whatever is said of where they go. */
  readonly stays: readonly { readonly runs: number }[]
}

/**
 * How many runs go over to a new version: all of a run's branches, or none. A run with several is counted at each of its places, so
 * it is known within bounds alone; where nobody has several they are the same.
 * @param goesOn whether those at a step that is gone are told where they go
 */
export function goingOver(
  { total, standing }: { readonly total: number; readonly standing: readonly Standing[] },
  goesOn: (nodeId: string) => boolean,
): { readonly least: number; readonly most: number } {
  const staying = standing.map(({ nodeId, runs, fate, stays }) => {
    const isGone = fate === 'removed' || fate === 'replaced'
    return isGone && !goesOn(nodeId) ? runs : Math.min(runs, sum(stays.map((stay) => stay.runs)))
  })
  const places = sum(standing.map(({ runs }) => runs))
  const least = Math.max(0, total - sum(staying))
  return { least, most: places === total ? least : total - Math.max(0, ...staying) }
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)
