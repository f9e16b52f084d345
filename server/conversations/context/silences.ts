import { SILENCE_TYPES, silenceKey } from '#conversations/encounters/silence-key.ts'
import { type EncounterBefore, encounterEventsBefore } from '#events/index.ts'
import type { Db } from '#platform/work.ts'

/** As far back as the last sign of life has to be looked for among warnings that were told again and again. */
const LOOK = 20

/**
 * For each warning the name of its silence: the dedupe key of all that is said because of it.
 * @param wanted the encounters, each with the position of the warning
 * @param byReceipt see `outsideEvent`
 */
export async function silencesOf(db: Db, wanted: readonly EncounterBefore[], byReceipt: boolean): Promise<string[]> {
  const histories = await encounterEventsBefore(db, wanted, SILENCE_TYPES, LOOK)
  return wanted.map(({ encounterId }, i) => silenceKey(encounterId, histories[i] ?? [], byReceipt))
}
