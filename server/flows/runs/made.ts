import type { Effect } from '#flows/run.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { hashId } from '#platform/ids.ts'

/** An effect with the run that it is of. */
export type Made<K extends Effect['kind']> = { record: RunRecord; effect: Extract<Effect, { kind: K }> }

/** The effects of some kinds that a batch of runs has; those of a run in the order in which it had them. */
export function effectsOf<K extends Effect['kind']>(records: readonly RunRecord[], ...kinds: readonly K[]): Made<K>[] {
  const wanted: readonly Effect['kind'][] = kinds
  const found: Made<K>[] = []
  for (const record of records) {
    for (const effect of record.effects) {
      if (wanted.includes(effect.kind)) found.push({ record, effect: effect as Made<K>['effect'] })
    }
  }
  return found
}

/** What whatever follows from a run says of its cause. */
export const because = ({ run, hops, traceparent }: Pick<RunRecord, 'run' | 'hops' | 'traceparent'>) => ({
  cause: `run:${run.id}`,
  hops: hops + 1,
  traceparent,
})
/** Of the delivery, message or event that an effect with this id makes: the same, however often it is carried out. */
export const deliveryIdOf = (effectId: string): string => hashId('flow', effectId)
export const idOf = (effect: Effect): string => deliveryIdOf(effect.id)
