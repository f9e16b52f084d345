import type { Flow } from '#flows/flow.ts'
import type { Back, MoveRow } from '#flows/moves/store.ts'
import { type Asked, canGoBack, standing } from '#flows/moving.ts'
import type { Run } from '#flows/run.ts'
import { UNKNOWN } from '#flows/staying.ts'
import type { Sentence } from '#platform/sentence.ts'

/* Why runs do not become again what they were before a publish that is taken back. */

const CALLED_OFF: Sentence = {
  en: 'they left the step at which they waited for an answer, and what they had asked for (another flow, an approval, a call…) was given up',
  es: 'dejaron el paso en el que esperaban una respuesta, y lo que habían pedido (otro flujo, una aprobación, una llamada…) se abandonó',
}
const WENT_ON: Sentence = {
  en: 'something has happened to them since',
  es: 'desde entonces ya les pasó algo',
}
export const UNDER_WAY: Sentence = {
  en: 'what they asked for (a call, a message…) may have been begun already: it goes on',
  es: 'lo que pidieron (una llamada, un mensaje…) quizá ya se empezó a hacer: sigue su curso',
}
const STOPPED: Sentence = {
  en: 'what they waited for was lost when they were stopped, or who had asked for them has heard that they are over',
  es: 'lo que esperaban se perdió al detenerlas, o quien las había pedido ya supo que terminaron',
}
const FORGOTTEN: Sentence = { en: 'they are no longer kept', es: 'ya no se guardan' }
export const KEY_TAKEN: Sentence = {
  en: 'another run of their key is under way',
  es: 'hay otra ejecución de su clave en curso',
}

/**
 * What is to be called off for a run to go back, or why it does not.
 * @param flow the version that it was moved to
 */
export function wayBack(
  { map }: Pick<MoveRow, 'map'>,
  { since, before, now }: Back,
  flow: Flow | undefined,
): readonly Asked[] | Sentence {
  if (since === null) return []
  if (flow === undefined) return UNKNOWN
  const [was, is] = [JSON.parse(before) as Run, JSON.parse(now) as Run]
  const asked = canGoBack(was, is, flow, since)
  if (asked !== null) return asked
  const wasSent = (node: string) => Object.hasOwn(map, node) && map[node] !== null
  const waited = standing(was).filter(({ kind, leaving, node }) => kind === 'outcome' && wasSent(leaving ?? node))
  return waited.some(({ visit }) => standing(is).every((place) => place.visit !== visit)) ? CALLED_OFF : WENT_ON
}

/** Of those that nothing was kept of, to be brought back. */
export const whyNotKept = ({ choice }: Pick<MoveRow, 'choice'>): Sentence => (choice === 'stop' ? STOPPED : FORGOTTEN)

/** How many have not come back. */
export const lost = ({ moved, stopped, restored }: Pick<MoveRow, 'moved' | 'stopped' | 'restored'>): number =>
  moved + stopped - restored
