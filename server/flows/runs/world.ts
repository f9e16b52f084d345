import {
  addBusinessTime,
  type Calendar,
  type ConversationContext,
  calendarKeyOf,
  calendarsOf,
  contextKeyOf,
  loadContexts,
} from '#conversations/index.ts'
import type { Flow } from '#flows/flow.ts'
import type { About, Env, Facts } from '#flows/run.ts'
import { unableOf } from '#flows/runs/unable.ts'
import type { Json } from '#platform/event.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const NOTHING: Facts = { contact: null, encounter: null, queue: null }

/** A flow that will be asked about somebody. */
export type Concern = { tenant: string; about: About; flowId: string; flow: Flow }

/** What the flows of a batch may know of the world, read in a fixed number of statements. */
export type World = {
  /** Reads what these flows read about these people and is not known yet. */
  load(concerns: readonly Concern[]): Promise<void>
  facts(concern: Concern): Facts
  env(concern: Concern): Env
}

export const readsWorld = (flow: Flow): boolean =>
  flow.reads.has('contact') || flow.reads.has('encounter') || flow.reads.has('queue') || flow.calendars.has('queue')

const keyOf = ({ tenant, about }: Pick<Concern, 'tenant' | 'about'>) => ({
  tenant,
  encounterId: about.encounterId,
  contactId: about.contactId,
  queueId: about.queueId,
})

/** In a run that a warning started, the key of the silence is that warning's, whatever has come since. */
export function inSilence(context: ConversationContext, silence: string | null): Facts {
  const { encounter } = context
  const facts = silence && encounter ? { ...context, encounter: { ...encounter, stageKey: silence } } : context
  return facts as unknown as { [K in keyof Facts]: Json }
}

export function createWorld(db: Db, runtime: Pick<Runtime, 'database' | 'settings'>): World {
  const { settings } = runtime
  const unable = unableOf(runtime)
  const lastResort = settings.of(platformSettings).CAUCE_LOCALE
  const contexts = new Map<string, ConversationContext>()
  const calendars = new Map<string, Calendar | null>()

  const contextOf = (concern: Concern): ConversationContext | undefined => contexts.get(contextKeyOf(keyOf(concern)))

  /** The calendar that a name stands for here: an id, or null for plain time. */
  const calendarId = (concern: Concern, name: string): string | null =>
    name === 'queue' ? (contextOf(concern)?.queue?.calendarId ?? null) : name

  const facts = (concern: Concern): Facts => {
    const found = readsWorld(concern.flow) ? contextOf(concern) : undefined
    return found === undefined ? NOTHING : inSilence(found, concern.about.silence)
  }

  return {
    async load(concerns) {
      const unknown = concerns.filter((concern) => readsWorld(concern.flow) && contextOf(concern) === undefined)
      if (unknown.length > 0) {
        for (const [key, context] of await loadContexts(db, unknown.map(keyOf))) contexts.set(key, context)
      }
      const wanted = new Map<string, { tenant: string; calendarId: string }>()
      for (const concern of concerns) {
        for (const name of concern.flow.calendars) {
          const id = calendarId(concern, name)
          if (id === null) continue
          const key = { tenant: concern.tenant, calendarId: id }
          if (!calendars.has(calendarKeyOf(key))) wanted.set(calendarKeyOf(key), key)
        }
      }
      if (wanted.size === 0) return
      const found = await calendarsOf(db, [...wanted.values()])
      for (const key of wanted.keys()) calendars.set(key, found.get(key) ?? null)
    },
    facts,
    env: (concern) => ({
      facts: facts(concern),
      lastResort,
      unable,
      experiment: `${concern.tenant}/${concern.flowId}`,
      addBusinessTime(name, from, ms) {
        const id = calendarId(concern, name)
        if (id === null) return from + ms
        const calendar = calendars.get(calendarKeyOf({ tenant: concern.tenant, calendarId: id }))
        return calendar ? addBusinessTime(calendar, from, ms) : null
      },
    }),
  }
}
