import type { Flow } from '#flows/flow.ts'
import type { Back, MoveRow } from '#flows/moves/store.ts'
import { canGoBack, standing } from '#flows/moving.ts'
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
const STOPPED: Sentence = {
  en: 'what they waited for was lost when they were stopped, or who had asked for them has heard that they are over',
  es: 'lo que esperaban se perdió al detenerlas, o quien las había pedido ya supo que terminaron',
}
const FORGOTTEN: Sentence = { en: 'they are no longer kept', es: 'ya no se guardan' }
export const KEY_TAKEN: Sentence = {
  en: 'another run of their key is under way',
  es: 'hay otra ejecución de su clave en curso',
}

/** Null: it does. @param flow the version that it was moved to */
export function whyNotBack(
  { map }: Pick<MoveRow, 'map'>,
  { unchanged, before, now }: Back,
  flow: Flow | undefined,
): Sentence | null {
  if (unchanged) return null
  if (flow === undefined) return UNKNOWN
  const [was, is] = [JSON.parse(before) as Run, JSON.parse(now) as Run]
  if (canGoBack(was, is, flow)) return null
  const wasSent = (node: string) => Object.hasOwn(map, node) && map[node] !== null
  const asked = standing(was).filter(({ kind, leaving, node }) => kind === 'outcome' && wasSent(leaving ?? node))
  return asked.some(({ visit }) => standing(is).every((place) => place.visit !== visit)) ? CALLED_OFF : WENT_ON
}

/** Of those that nothing was kept of, to be brought back. */
export const whyNotKept = ({ choice }: Pick<MoveRow, 'choice'>): Sentence => (choice === 'stop' ? STOPPED : FORGOTTEN)

/** How many have not come back. */
export const lost = ({ moved, stopped, restored }: Pick<MoveRow, 'moved' | 'stopped' | 'restored'>): number =>
  moved + stopped - restored
