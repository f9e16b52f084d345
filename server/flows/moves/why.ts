import type { Why } from '#flows/moves/store.ts'
import type { Sentence } from '#platform/sentence.ts'

/** More reasons than this are told together: some quote what a run's data made of an expression. */
const MOST = 50
const OTHERS: Sentence = { en: 'other reasons', es: 'otras causas' }

/** Counts runs under their reason. */
export function addWhy(all: Why[], says: Sentence, runs: number): void {
  if (runs <= 0) return
  const same = (one: Sentence) => all.find((other) => other.says.en === one.en)
  const found = same(says) ?? (all.length < MOST ? undefined : same(OTHERS))
  if (found !== undefined) found.runs += runs
  else all.push({ says: all.length < MOST ? says : OTHERS, runs })
}
