import type { Flow, FlowNode } from '#flows/flow.ts'
import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

const DONE_OR_NOT = ['ok', 'error']

/** Kinds of step that ask for something and are told what it came to, with the ways it may come to. */
const WAYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['notify', ['sent', 'failed', 'suppressed']],
  ['http', DONE_OR_NOT],
  ['llm', DONE_OR_NOT],
  ['bookSlot', DONE_OR_NOT],
  ['createComplaint', DONE_OR_NOT],
  ['approval', ['approved', 'rejected', 'timeout']],
  ['subflow', ['out', 'ok', 'error']],
])

export const asks = (type: string): boolean => WAYS.has(type)

/**
 * What is wrong with outcomes that somebody wrote down: of a step that is not there, or asks for nothing, or of a way that is none
 * of its own. What stands in another flow (`step/other`) is not known here.
 * @param splits whether the arm that a split draws may be written down, too
 */
export function outcomeFaults(
  { nodes }: Pick<Flow, 'nodes'>,
  outcomes: { readonly [node: string]: readonly { readonly way: string }[] } = {},
  splits = false,
): Fault[] {
  return Object.entries(outcomes).flatMap(([name, list]) => {
    const path = `/outcomes/${name}`
    const [id = '', ...inside] = name.split('/')
    const node = nodes.get(id)
    const type = node?.kind.type
    if (node === undefined || type === undefined)
      return [faultAt(path, { en: `there is no step ${id}`, es: `no existe el paso ${id}` })]
    if (inside.length > 0 && type === 'subflow') return []
    const ways = splits && type === 'split' ? armsOf(node) : WAYS.get(type)
    if (ways === undefined) return [faultAt(path, ASKS_NOTHING)]
    return list.flatMap(({ way }, i) =>
      ways.includes(way)
        ? []
        : [faultAt(`${path}/${i}/way`, { en: `must be ${ways.join(', ')}`, es: `debe ser ${ways.join(', ')}` })],
    )
  })
}

const armsOf = ({ ready }: FlowNode): string[] =>
  (ready as { arms: readonly { handle: string }[] }).arms.map(({ handle }) => handle)

const ASKS_NOTHING: Sentence = {
  en: 'is a step that asks for nothing: it has no outcome to be stated',
  es: 'es un paso que no pide nada: no hay resultado que indicar',
}

const faultAt = (path: string, messages: Sentence): Fault => ({ path, message: messages.en, messages })
