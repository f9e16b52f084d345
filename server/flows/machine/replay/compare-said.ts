import { fieldWords } from '#flows/field-words.ts'
import { alike } from '#flows/machine/replay/alike.ts'
import {
  type Difference,
  type Kind,
  type NameOf,
  timeDifference,
  type Within,
} from '#flows/machine/replay/difference.ts'
import type { Said } from '#flows/machine/world.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** With what of it is not kept, as it was drawn; null: nobody knows that. */
export type Told = Said & { drawn: { [name: string]: Json } | null }

type Members = { [name: string]: Json }

const shown = ({ to, channel, title, body, link, outcome, reason }: Told): Members => ({
  to,
  channel,
  title,
  body,
  link,
  outcome,
  ...(reason === null ? {} : { reason }),
})

/** Somebody got it. */
const isTold = ({ outcome }: Told): boolean => outcome === 'sent'

/** The n-th thing that a step said is held against the n-th that it would say. */
export function tellings(real: readonly Told[], draft: readonly Told[], within: Within, nameOf: NameOf): Difference[] {
  const found: Difference[] = []
  const [these, those] = [real, draft].map((said) => Map.groupBy(said, ({ nodeId }) => nodeId))
  for (const nodeId of new Set([...real, ...draft].map((said) => said.nodeId))) {
    const [was, would] = [these?.get(nodeId) ?? [], those?.get(nodeId) ?? []]
    for (let i = 0; i < Math.max(was.length, would.length); i++)
      found.push(...between(nodeId, was[i], would[i], within, nameOf(nodeId)))
  }
  return found
}

function between(
  nodeId: string | null,
  was: Told | undefined,
  would: Told | undefined,
  within: Within,
  name: Sentence,
): readonly Difference[] {
  const differs = (kind: Kind, says: Sentence): Difference[] => [
    {
      kind,
      nodeId,
      real: was === undefined ? null : shown(was),
      draft: would === undefined ? null : shown(would),
      says,
    },
  ]
  if (was === undefined || !isTold(was)) {
    if (would === undefined) return []
    if (isTold(would)) {
      return differs('messageAdded', { en: `${name.en} would tell something`, es: `${name.es} diría algo` })
    }
    // What nobody gets either way differs in nothing but why.
    if (was === undefined || (was.outcome === would.outcome && was.reason === would.reason)) return []
    return differs('messageChanged', {
      en: `${name.en} would tell nobody either, for another reason`,
      es: `${name.es} tampoco se lo diría a nadie, por otro motivo`,
    })
  }
  if (would === undefined || !isTold(would)) {
    return differs('messageMissing', {
      en: `what ${name.en} told would not be told`,
      es: `no se diría lo que dijo ${name.es}`,
    })
  }
  const others = othersIn(was, would, within(was.at))
  return [
    ...(others.length === 0 ? [] : differs('messageChanged', saysOther(name, others))),
    ...(alike(was.to, would.to, 0) ? [] : differs('otherReceiver', saysReceiver(name, would))),
    ...(alike(was.link, would.link, within(was.at)) ? [] : differs('otherLink', saysLink(name, was, would))),
    ...timeDifference('otherTime', nodeId, [was.at, would.at], within, ({ en, es }) => ({
      en: `${name.en} would tell it ${en}`,
      es: `${name.es} lo diría ${es}`,
    })),
  ]
}

/** Names of what is otherwise in the words and the way of a message. */
function othersIn(was: Told, would: Told, toleranceMs: number): string[] {
  const others: string[] = (['channel', 'title', 'body'] as const).filter(
    (name) => !alike(was[name], would[name], toleranceMs),
  )
  const [before, after] = [was.drawn, would.drawn]
  if (before === null || after === null) return others
  return [...others, ...Object.keys(before).filter((name) => !alike(before[name] ?? null, after[name] ?? null, 0))]
}

function saysOther(name: Sentence, others: readonly string[]): Sentence {
  const named = others.map((name) => fieldWords(name === 'channel' ? 'channels' : name))
  const [en, es] = (['en', 'es'] as const).map((language) => named.map((words) => words[language]).join(', '))
  return { en: `${name.en} would tell something else: ${en}`, es: `${name.es} diría otra cosa: ${es}` }
}

function saysReceiver(name: Sentence, { to }: Told): Sentence {
  const who = Object.values(to ?? {}).join()
  return {
    en: `${name.en} would tell it to somebody else: ${who}`,
    es: `${name.es} se lo diría a otra persona: ${who}`,
  }
}

function saysLink(name: Sentence, was: Told, would: Told): Sentence {
  if (would.link === null) return { en: `${name.en} would bring no link`, es: `${name.es} no llevaría enlace` }
  if (was.link === null) return { en: `${name.en} would bring a link`, es: `${name.es} llevaría un enlace` }
  return { en: `${name.en} would lead elsewhere with its link`, es: `${name.es} llevaría a otra parte con su enlace` }
}
