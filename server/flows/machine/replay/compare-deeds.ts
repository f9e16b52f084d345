import { fieldWords, shownValue } from '#flows/field-words.ts'
import { alike } from '#flows/machine/replay/alike.ts'
import type { Deed } from '#flows/machine/replay/deeds.ts'
import { type Difference, type NameOf, timeDifference, type Within } from '#flows/machine/replay/difference.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** The n-th thing that a step did is held against the n-th that it would do. */
export function doings(real: readonly Deed[], draft: readonly Deed[], within: Within, nameOf: NameOf): Difference[] {
  const found: Difference[] = []
  const [these, those] = [real, draft].map((deeds) => Map.groupBy(deeds, placeOf))
  for (const place of new Set([...real, ...draft].map(placeOf))) {
    const [was, would] = [these?.get(place) ?? [], those?.get(place) ?? []]
    for (let i = 0; i < Math.max(was.length, would.length); i++)
      found.push(...between(was[i], would[i], within, nameOf))
  }
  return found
}

/** What keeps its id and becomes another kind does something else. */
const placeOf = ({ nodeId, type }: Deed): string => `${type} ${nodeId}`

function between(
  was: Deed | undefined,
  would: Deed | undefined,
  within: Within,
  nameOf: NameOf,
): readonly Difference[] {
  if (was === undefined) return would === undefined ? [] : [alone('deedAdded', would, nameOf(would.nodeId))]
  if (would === undefined) return [alone('deedMissing', was, nameOf(was.nodeId))]
  const { nodeId } = was
  const name = nameOf(nodeId)
  const changes = [
    ...changesIn(was.did, would.did, within(was.at)),
    ...(was.drawn === null || would.drawn === null ? [] : changesIn(was.drawn, would.drawn, 0)),
  ]
  return [
    ...(changes.length === 0 ? [] : [changed(nodeId, name, changes)]),
    ...timeDifference('deedTime', nodeId, [was.at, would.at], within, ({ en, es }) => ({
      en: `${name.en} would do it ${en}`,
      es: `${name.es} lo haría ${es}`,
    })),
  ]
}

function alone(kind: 'deedAdded' | 'deedMissing', { nodeId, did, drawn }: Deed, name: Sentence): Difference {
  const whole = { ...did, ...drawn }
  return kind === 'deedAdded'
    ? {
        kind,
        nodeId,
        real: null,
        draft: whole,
        says: { en: `${name.en} would do what was not done`, es: `${name.es} haría lo que no se hizo` },
      }
    : {
        kind,
        nodeId,
        real: whole,
        draft: null,
        says: { en: `what ${name.en} did would not be done`, es: `no se haría lo que hizo ${name.es}` },
      }
}

type Change = { name: string; real: Json; draft: Json }

function changesIn(was: Deed['did'], would: Deed['did'], toleranceMs: number): Change[] {
  const names = new Set([...Object.keys(was), ...Object.keys(would)])
  return [...names].flatMap((name) => {
    const [real, draft] = [was[name] ?? null, would[name] ?? null]
    return alike(real, draft, toleranceMs) ? [] : [{ name, real, draft }]
  })
}

function changed(nodeId: string, name: Sentence, changes: readonly Change[]): Difference {
  const whole = (side: 'real' | 'draft') => Object.fromEntries(changes.map((change) => [change.name, change[side]]))
  const said = (language: 'en' | 'es') =>
    changes
      .map(
        ({ name: field, real, draft }) =>
          `${fieldWords(field)[language]} ${shownOr(real, language)} → ${shownOr(draft, language)}`,
      )
      .join(', ')
  const says: Sentence = {
    en: `${name.en} would do it otherwise: ${said('en')}`,
    es: `${name.es} lo haría de otra manera: ${said('es')}`,
  }
  return { kind: 'deedChanged', nodeId, real: whole('real'), draft: whole('draft'), says }
}

const shownOr = (value: Json, language: 'en' | 'es'): string => (value === null ? '–' : shownValue(value, language))
