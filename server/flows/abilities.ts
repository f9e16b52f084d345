import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Runtime } from '#platform/service.ts'
import type { Database, DueEntry, Tx } from '#platform/work.ts'

/*
 * What nodes ask of contexts that come after this one: appointments, complaints. Each registers what it can do when it
 * opens; until then its node goes the `error` way, and whoever publishes it is warned.
 */

/** The nodes that other contexts answer. */
export const ABILITIES = ['bookSlot', 'createComplaint'] as const
export type AbilityName = (typeof ABILITIES)[number]

/** What a run asks for. */
export type AbilityRequest = {
  readonly tenant: string
  /** A UUID derived from run, node and visit: the same one asks for the same thing. */
  readonly id: string
  /** The context's own request, as its route takes it. */
  readonly request: Json
  readonly encounterId: string | null
  readonly contactId: string | null
  readonly cause: string
  readonly hops: number
  readonly traceparent: string | null
  /** Domain milliseconds. */
  readonly at: number
  /** To be handed to `answerTo`. */
  readonly asker: Asker
}

/** Which visit of which run waits for the answer. */
export type Asker = { readonly tenant: string; readonly key: string; readonly payload: Json }

export type Ability = {
  readonly name: AbilityName
  /**
   * Takes requests in the transaction of the runs that ask; issues statements and waits for none. When the work is
   * done, in the same or a later transaction, `answerTo` tells the run.
   */
  ask(tx: Tx, requests: readonly AbilityRequest[]): void
}

/** Wakes a run: at its time, or with what became of an effect. */
export const WAKE_KIND = 'flow.wake'

/**
 * The due row that tells a run what became of what it asked for.
 * @param now domain milliseconds
 */
export const answerTo = (
  { tenant, key, payload }: Asker,
  answer: { way: 'ok' | 'error'; value: Json; cause?: string },
  now: number,
): DueEntry => ({ kind: WAKE_KIND, tenant, key, dueAt: now, payload: { ...(payload as object), answer } as Json })

const registered = new WeakMap<Database, Map<AbilityName, Ability>>()

/** What the contexts of this program can do for runs. */
export function abilitiesOf({ database }: Pick<Runtime, 'database'>): Map<AbilityName, Ability> {
  const known = registered.get(database) ?? new Map<AbilityName, Ability>()
  registered.set(database, known)
  return known
}

export const registerAbility = (runtime: Pick<Runtime, 'database'>, ability: Ability): void =>
  void abilitiesOf(runtime).set(ability.name, ability)

/** Why a node cannot do its work here, or reach this URL; null: it can. */
export type Unable = (kind: string, url?: string) => Sentence | null

/** Of a node whose context is not there. */
export const NOT_THERE: Readonly<Record<AbilityName, Sentence>> = {
  bookSlot: {
    en: 'appointments are not set up in this installation',
    es: 'la agenda de horas no está disponible en esta instalación',
  },
  createComplaint: {
    en: 'complaints are not set up in this installation',
    es: 'los reclamos no están disponibles en esta instalación',
  },
}
