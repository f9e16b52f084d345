import type { Language } from '../../../app/language.ts'
import { type Data, type Graph, listOf, membersOf, textIn } from '../graph.ts'
import { type Act, beginningOf } from '../scenario.ts'
import { eventLike, eventOf, partsOf } from './event.ts'

/** What a case says, without its name. Members that a form does not show are kept. */
export type CaseBody = Data

/**
 * A case to start from: what begins the flow, somebody it is about, and that it comes to its end.
 * @param example of that event, out of the catalogue
 */
export function newCase(graph: Graph, name: string, language: Language, example: unknown): CaseBody {
  const type = beginningOf(graph)
  const talks = type.startsWith('encounter.')
  return {
    event: eventOf(eventLike(type, example)),
    contact: { name, locale: language },
    ...(talks ? { encounter: { status: type === 'encounter.tmipw_expired' ? 'warned' : 'open' } } : {}),
    ...(talks ? { queue: { continuity: true } } : {}),
    expect: { status: 'completed' },
  }
}

/** A body with a member changed; undefined takes it away. */
export function withMember(body: Data, name: string, value: Data[string] | undefined): Data {
  const { [name]: _was, ...rest } = body
  return value === undefined ? rest : { ...body, [name]: value }
}

/** An act of a case: with the event as it stands there, where it is one. */
export type CaseAct = Act & { readonly written?: Data }

/** What happens later in a case. */
export const actsOf = (body: CaseBody): CaseAct[] =>
  listOf(body.later).map((item): CaseAct => {
    const { after, reply, event } = membersOf(item)
    if (typeof reply === 'string') return { after: textIn(after), kind: 'reply', text: reply }
    const written = membersOf(event)
    const parts = partsOf(written)
    return { after: textIn(after), kind: 'event', type: parts?.type ?? '', data: parts?.data ?? {}, written }
  })

/** The acts as the case keeps them: an event stays as it was written, but for what the form changed of it. */
export const laterOf = (acts: readonly CaseAct[]): Data[] =>
  acts.map((act): Data => {
    if (act.kind === 'reply') return { after: act.after, reply: act.text }
    const parts = act.written === undefined ? null : partsOf(act.written)
    // No form shows it: nothing of it was changed.
    if (act.written !== undefined && parts === null && act.type === '') return { after: act.after, event: act.written }
    const event =
      parts !== null && parts.type === act.type
        ? { ...parts, data: act.data }
        : { ...eventLike(act.type, undefined), data: act.data }
    return { after: act.after, event: eventOf(event) }
  })

/** By step: the way of its first visit, where the case says one. */
export function firstWays(body: CaseBody): { [node: string]: string } {
  return Object.fromEntries(
    Object.entries(membersOf(body.outcomes)).flatMap(([node, list]) => {
      const way = textIn(membersOf(listOf(list)[0] ?? null).way)
      return way === '' ? [] : [[node, way] as const]
    }),
  )
}

/** Says what the first visit of a step comes to, later ones stay as they are said; null: all of them go well. */
export function withFirstWay(body: CaseBody, node: string, way: string | null): CaseBody {
  const outcomes = membersOf(body.outcomes)
  const [first, ...others] = listOf(outcomes[node])
  const next = withMember(outcomes, node, way === null ? undefined : [{ ...membersOf(first ?? null), way }, ...others])
  return withMember(body, 'outcomes', Object.keys(next).length === 0 ? undefined : next)
}
