import type { Flow } from '#flows/flow.ts'
import { type Count, type Estimate, newcombe, spreadChance, wilson } from '#flows/proof/intervals.ts'
import type { ArmRow } from '#flows/proof/store.ts'
import type { Sentence } from '#platform/sentence.ts'

/** People whose window must be over in each arm before two arms are compared. */
const LEAST_PEOPLE = 50
/** How many of them, over both arms, must have come back, and how many must not have. */
const LEAST_EACH_WAY = 10
/** A spread of people as uneven as theirs comes by chance less often than this: something is wrong with the experiment. */
const SUSPICIOUS = 0.001

/** An arm as the version's graph has it. */
export type Arm = { handle: string; weight: number; holdout: boolean }

/** The arms of a split of a version; null: it has no such split. */
export function armsOf(flow: Flow | undefined, node: string): Arm[] | null {
  if (flow === undefined || !flow.splits.has(node)) return null
  const ready = flow.nodes.get(node)?.ready as { arms: readonly Omit<Arm, 'holdout'>[]; holdout: string | null }
  const { arms, holdout } = ready
  return arms.map(({ handle, weight }) => ({ handle, weight, holdout: handle === holdout }))
}

export type Verdict = 'better' | 'worse' | 'noDifference' | 'notEnoughData'

/** What an arm did more, or less, than the holdout. */
export type Lift = {
  /** Null: all arms but the holdout together. */
  arm: string | null
  treated: Count
  holdout: Count
  verdict: Verdict
  /** Shares of 1; null where there is not enough data. */
  difference: Estimate | null
  /** The difference as a share of what came back without anything; null also where nobody did. */
  relative: number | null
  says: Sentence
}

const countOf = (rows: readonly ArmRow[]): Count => ({
  hits: rows.reduce((sum, row) => sum + row.observedRecovered, 0),
  people: rows.reduce((sum, row) => sum + row.observed, 0),
})

/**
 * Compares each arm with the holdout, and all of them together where there are several. Arms are compared within one
 * phase only: before a winner was promoted if anybody entered then, else after. Their shares changed at that moment, and
 * what else changed with time would look like a difference of the arms.
 * @param arms of the version's graph, by which a holdout that nobody came to yet is known; null: it has no such split
 */
export function liftsOf(phases: readonly ArmRow[], arms: readonly Arm[] | null): Lift[] {
  const trial = phases.filter(({ promoted }) => !promoted)
  const rows = trial.length > 0 ? trial : phases
  const held = rows.filter(({ holdout }) => holdout)
  const treated = rows.filter(({ holdout }) => !holdout)
  const holdsOut = held.length > 0 || arms?.some(({ holdout }) => holdout) === true
  if (!holdsOut || treated.length === 0) return []
  const without = countOf(held)
  const lifts = treated.map((row) => liftOf(row.arm, countOf([row]), without))
  return treated.length > 1 ? [liftOf(null, countOf(treated), without), ...lifts] : lifts
}

/** Whether two arms can be compared at all: a rule that was stated before any data came. */
export function isEnough(a: Count, b: Count): boolean {
  const hits = a.hits + b.hits
  const misses = a.people + b.people - hits
  return Math.min(a.people, b.people) >= LEAST_PEOPLE && Math.min(hits, misses) >= LEAST_EACH_WAY
}

function liftOf(arm: string | null, treated: Count, holdout: Count): Lift {
  const difference = isEnough(treated, holdout) ? newcombe(treated, holdout) : null
  const verdict: Verdict =
    difference === null
      ? 'notEnoughData'
      : difference.low > 0
        ? 'better'
        : difference.high < 0
          ? 'worse'
          : 'noDifference'
  const base = holdout.people === 0 ? 0 : holdout.hits / holdout.people
  const relative = difference === null || base === 0 ? null : difference.value / base
  return { arm, treated, holdout, verdict, difference, relative, says: sentenceOf(verdict, difference) }
}

const points = (share: number, decimal: '.' | ','): string => (share * 100).toFixed(1).replace('.', decimal)

function sentenceOf(verdict: Verdict, difference: Estimate | null): Sentence {
  if (difference === null) {
    return {
      en: `Not enough data: each side needs ${LEAST_PEOPLE} people whose window is over, and over both sides ${LEAST_EACH_WAY} who came back and ${LEAST_EACH_WAY} who did not.`,
      es: `No hay datos suficientes: cada lado necesita ${LEAST_PEOPLE} personas cuyo plazo ya terminó, y entre ambos ${LEAST_EACH_WAY} que hayan vuelto y ${LEAST_EACH_WAY} que no.`,
    }
  }
  const { value, low, high } = difference
  const en = `${points(value, '.')} points (95 % interval ${points(low, '.')} to ${points(high, '.')})`
  const es = `${points(value, ',')} puntos (intervalo del 95 %: ${points(low, ',')} a ${points(high, ',')})`
  if (verdict === 'better')
    return { en: `More people get there with it: ${en}.`, es: `Con esto lo logran más personas: ${es}.` }
  if (verdict === 'worse')
    return { en: `Fewer people get there with it: ${en}.`, es: `Con esto lo logran menos personas: ${es}.` }
  return {
    en: `No difference can be told from chance: ${en}.`,
    es: `No hay una diferencia que se distinga del azar: ${es}.`,
  }
}

/** Whether people came to the arms as their weights say. */
export type Spread = { chance: number | null; suspicious: boolean; says: Sentence | null }

/** Who entered while a winner took all is left out: that spread was meant to be another. */
export function spreadOf(phases: readonly ArmRow[], arms: readonly Arm[]): Spread {
  const drawn = arms.filter(({ weight }) => weight > 0)
  const found = drawn.map(({ handle }) =>
    phases.filter((row) => row.arm === handle && !row.promoted).reduce((sum, row) => sum + row.entered, 0),
  )
  const chance = spreadChance(
    found,
    drawn.map(({ weight }) => weight),
  )
  if (chance === null || chance >= SUSPICIOUS) return { chance, suspicious: false, says: null }
  return {
    chance,
    suspicious: true,
    says: {
      en: 'People did not come to the arms as the weights say, and chance does not explain it: do not trust the comparison before you know why.',
      es: 'Las personas no se repartieron según los pesos, y el azar no lo explica: no confíes en la comparación antes de saber por qué.',
    },
  }
}

/** How many of the people whose window is over came back, with its interval. */
export const rateOf = ({ observed, observedRecovered }: ArmRow): Estimate | null =>
  wilson({ hits: observedRecovered, people: observed })
