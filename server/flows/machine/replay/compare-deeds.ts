import { fieldWords, shownValue } from '#flows/field-words.ts'
import { alike } from '#flows/machine/replay/alike.ts'
import type { Deed } from '#flows/machine/replay/deeds.ts'
import { type Difference, type Kind, timeDifference, type Within } from '#flows/machine/replay/difference.ts'
import { KINDS as NODES } from '#flows/nodes/kinds.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** The n-th thing that a step did is held against the n-th that it would do. */
export function doings(real: readonly Deed[], draft: readonly Deed[], within: Within): Difference[] {
  const found: Difference[] = []
  const [these, those] = [real, draft].map((deeds) => Map.groupBy(deeds, placeOf))
  for (const place of new Set([...real, ...draft].map(placeOf))) {
    const [was, would] = [these?.get(place) ?? [], those?.get(place) ?? []]
    for (let i = 0; i < Math.max(was.length, would.length); i++) found.push(...between(was[i], would[i], within))
  }
  return found
}

/** What keeps its id and becomes another kind does something else. */
const placeOf = ({ nodeId, type }: Deed): string => `${type} ${nodeId}`

function between(was: Deed | undefined, would: Deed | undefined, within: Within): readonly Difference[] {
  if (was === undefined) return would === undefined ? [] : [alone('deedAdded', would)]
  if (would === undefined) return [alone('deedMissing', was)]
  const { nodeId } = was
  const changes = [
    ...changesIn(was.did, would.did, within(was.at)),
    ...(was.drawn === null || would.drawn === null ? [] : changesIn(was.drawn, would.drawn, 0)),
  ]
  return [
    ...(changes.length === 0 ? [] : [changed(nodeId, changes)]),
    ...timeDifference('deedTime', nodeId, [was.at, would.at], within, ({ en, es }) => ({
      en: `${nodeId} would do it ${en}`,
      es: `${nodeId} lo haría ${es}`,
    })),
  ]
}

function alone(kind: Kind & ('deedAdded' | 'deedMissing'), { nodeId, type, did, drawn }: Deed): Difference {
  const { en, es } = NODES.get(type)?.definition.title ?? { en: type, es: type }
  const whole = { ...did, ...drawn }
  const what = (language: 'en' | 'es') => (language === 'en' ? en : es).replace(/^./, (first) => first.toLowerCase())
  return kind === 'deedAdded'
    ? {
        kind,
        nodeId,
        real: null,
        draft: whole,
        says: {
          en: `${nodeId} would do what was not done: ${what('en')}`,
          es: `${nodeId} haría lo que no se hizo: ${what('es')}`,
        },
      }
    : {
        kind,
        nodeId,
        real: whole,
        draft: null,
        says: {
          en: `what ${nodeId} did would not be done: ${what('en')}`,
          es: `no se haría lo que hizo ${nodeId}: ${what('es')}`,
        },
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

function changed(nodeId: string, changes: readonly Change[]): Difference {
  const whole = (side: 'real' | 'draft') => Object.fromEntries(changes.map((change) => [change.name, change[side]]))
  const said = (language: 'en' | 'es') =>
    changes
      .map(
        ({ name, real, draft }) =>
          `${fieldWords(name)[language]} ${shownOr(real, language)} → ${shownOr(draft, language)}`,
      )
      .join(', ')
  const says: Sentence = {
    en: `${nodeId} would do it otherwise: ${said('en')}`,
    es: `${nodeId} lo haría de otra manera: ${said('es')}`,
  }
  return { kind: 'deedChanged', nodeId, real: whole('real'), draft: whole('draft'), says }
}

const shownOr = (value: Json, language: 'en' | 'es'): string => (value === null ? '–' : shownValue(value, language))
