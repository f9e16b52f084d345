import { fieldWords } from '#flows/field-words.ts'
import { alike } from '#flows/machine/replay/alike.ts'
import { type Difference, type Kind, timeDifference, type Within } from '#flows/machine/replay/difference.ts'
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
export function tellings(real: readonly Told[], draft: readonly Told[], within: Within): Difference[] {
  const found: Difference[] = []
  const [these, those] = [real, draft].map((said) => Map.groupBy(said, ({ nodeId }) => nodeId))
  for (const nodeId of new Set([...real, ...draft].map((said) => said.nodeId))) {
    const [was, would] = [these?.get(nodeId) ?? [], those?.get(nodeId) ?? []]
    for (let i = 0; i < Math.max(was.length, would.length); i++)
      found.push(...between(nodeId, was[i], would[i], within))
  }
  return found
}

function between(
  nodeId: string | null,
  was: Told | undefined,
  would: Told | undefined,
  within: Within,
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
      return differs('messageAdded', { en: `${nodeId} would tell something`, es: `${nodeId} diría algo` })
    }
    // What nobody gets either way differs in nothing but why.
    if (was === undefined || (was.outcome === would.outcome && was.reason === would.reason)) return []
    return differs('messageChanged', {
      en: `${nodeId} would tell nobody either, for another reason`,
      es: `${nodeId} tampoco se lo diría a nadie, por otro motivo`,
    })
  }
  if (would === undefined || !isTold(would)) {
    return differs('messageMissing', {
      en: `what ${nodeId} told would not be told`,
      es: `no se diría lo que dijo ${nodeId}`,
    })
  }
  const others = othersIn(was, would, within(was.at))
  return [
    ...(others.length === 0 ? [] : differs('messageChanged', saysOther(nodeId, others))),
    ...(alike(was.to, would.to, 0) ? [] : differs('otherReceiver', saysReceiver(nodeId, would))),
    ...(alike(was.link, would.link, within(was.at)) ? [] : differs('otherLink', saysLink(nodeId, was, would))),
    ...timeDifference('otherTime', nodeId, [was.at, would.at], within, ({ en, es }) => ({
      en: `${nodeId} would tell it ${en}`,
      es: `${nodeId} lo diría ${es}`,
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

function saysOther(nodeId: string | null, others: readonly string[]): Sentence {
  const named = others.map((name) => fieldWords(name === 'channel' ? 'channels' : name))
  const [en, es] = (['en', 'es'] as const).map((language) => named.map((words) => words[language]).join(', '))
  return { en: `${nodeId} would tell something else: ${en}`, es: `${nodeId} diría otra cosa: ${es}` }
}

function saysReceiver(nodeId: string | null, { to }: Told): Sentence {
  const who = Object.values(to ?? {}).join()
  return { en: `${nodeId} would tell it to somebody else: ${who}`, es: `${nodeId} se lo diría a otra persona: ${who}` }
}

function saysLink(nodeId: string | null, was: Told, would: Told): Sentence {
  if (would.link === null) return { en: `${nodeId} would bring no link`, es: `${nodeId} no llevaría enlace` }
  if (was.link === null) return { en: `${nodeId} would bring a link`, es: `${nodeId} llevaría un enlace` }
  return { en: `the link of ${nodeId} would lead elsewhere`, es: `el enlace de ${nodeId} llevaría a otra parte` }
}
