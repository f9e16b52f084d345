/** How a run ended, in words. What a flow calls its ends by itself is shown as it is. */
import type { Language } from '../../app/language.ts'
import { whenWords } from './event-words.ts'

/** As the program writes them, in English: what stopped a run from outside. */
const KNOWN: { readonly [outcome: string]: readonly [es: string, en: string] } = {
  goal: ['llegó a su meta', 'reached its goal'],
  holdout: ['grupo de control: sin aviso', 'control group: left alone'],
  'cancelled by hand': ['se detuvo a mano', 'stopped by hand'],
  'the person came back, and fell silent again': [
    'la persona volvió, y calló otra vez',
    'the person came back, and fell silent again',
  ],
  'the run that asked for it is over, or went on without it': [
    'la ejecución que lo pidió terminó, o siguió sin ello',
    'the run that asked for it is over, or went on without it',
  ],
}

export function outcomeWords(outcome: string, language: Language): string {
  const at = language === 'es' ? 0 : 1
  const known = Object.hasOwn(KNOWN, outcome) ? KNOWN[outcome] : undefined
  if (known !== undefined) return known[at]
  const [, event] = /^cancelled by (\S+)$/.exec(outcome) ?? []
  if (event !== undefined) return `${['porque', 'because'][at]} ${whenWords(event, language)}`
  const [, version] = /^stopped by the publishing of version (\d+)$/.exec(outcome) ?? []
  if (version !== undefined)
    return `${['se detuvo al publicar la versión', 'stopped by the publishing of version'][at]} ${version}`
  return outcome
}
