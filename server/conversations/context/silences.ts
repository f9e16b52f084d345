import { RENEWAL_TYPES } from '#conversations/encounters/outside.ts'
import { SILENCE_TYPES, type Silence, silenceOf } from '#conversations/encounters/silence-key.ts'
import { type EncounterBefore, encounterEventsBefore } from '#events/index.ts'
import type { Db } from '#platform/work.ts'

/**
 * As far back as the last sign of life has to be looked for among warnings that were told again and again, and what took
 * a warning back among further words.
 */
const LOOK = 20

/**
 * For each warning its silence, whose key is the dedupe key of all that is said because of it.
 * @param wanted the encounters, each with the position of the warning
 * @param byReceipt see `outsideEvent`
 */
export async function silencesOf(db: Db, wanted: readonly EncounterBefore[], byReceipt: boolean): Promise<Silence[]> {
  // Apart, since a long talk would else push the last sign of life out of sight.
  const [silences, renewals] = await Promise.all(
    [SILENCE_TYPES, RENEWAL_TYPES].map((types) => encounterEventsBefore(db, wanted, types, LOOK)),
  )
  return wanted.map(({ encounterId }, i) => {
    const history = [...(silences?.[i] ?? []), ...(renewals?.[i] ?? [])]
    return silenceOf(
      encounterId,
      history.sort((a, b) => a.position - b.position),
      byReceipt,
    )
  })
}
