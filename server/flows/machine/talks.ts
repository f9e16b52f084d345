import {
  type ConversationText,
  type Encounter,
  type Pretended,
  pretendHeard,
  pretendInput,
  pretendOpened,
  pretendSaid,
  type Rules,
} from '#conversations/index.ts'
import type { Walker } from '#flows/machine/engine.ts'
import type { Effect } from '#flows/run.ts'
import type { EventDraft, LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'

/** What the conversations of a world need of it. */
export type Around = {
  tenant: string
  lastResort: string
  localeOf(contactId: string | null): string | null
  now(): number
  /** To look at a silence then. */
  ring(at: number, look: () => void): void
  /** What is told of a conversation goes into the log. */
  append(event: EventDraft): void
  /** The platform says something to the person by itself. */
  said(encounterId: string, text: string, moment: 'warning' | 'closing'): void
}

/** Something of a run that is done to a conversation. */
export type Deed = Extract<Effect, { kind: 'close' | 'extend' | 'assign' | 'tag' }>

/** The conversations of a pretended world, each with its silence that somebody looks at in time. */
export type Talks = {
  get(id: string): Encounter | undefined
  open(opened: { id: string; contactId: string | null; channel: string | null }): void
  /** The person writes. @returns false: nobody takes it any more */
  hear(id: string, messageId: string, text: string): boolean
  /** Another system tells of it. */
  follow(event: LogEvent): void
  write(effect: Extract<Effect, { kind: 'message' }>, doer: Doer): void
  do(deed: Deed, doer: Doer): void
}

const NOBODY = { cause: null, hops: 0, traceparent: null }
export type Doer = Pick<Walker, 'run' | 'hops'>
const because = ({ run, hops }: Doer) => ({ cause: `run:${run.id}`, hops: hops + 1, traceparent: null })

/** @param rules of the queue in which they all are */
export function createTalks(around: Around, rules: Rules | null, texts: readonly ConversationText[]): Talks {
  const { tenant } = around
  const talks = new Map<string, { encounter: Encounter; ringsAt: number | null }>()

  const surroundings = (encounter: Encounter) => ({
    rules,
    texts,
    locale: around.localeOf(encounter.contactId),
    lastResort: around.lastResort,
  })

  function settle(made: Pretended): void {
    const { encounter, events, messages, nextAt } = made
    const known = talks.get(encounter.id)
    const talk = known ?? { encounter, ringsAt: null }
    talk.encounter = encounter
    if (known === undefined) talks.set(encounter.id, talk)
    for (const { from, text } of messages) {
      if (from === 'system') around.said(encounter.id, text, encounter.status === 'closed' ? 'closing' : 'warning')
    }
    for (const event of events) around.append(event)
    if (nextAt !== null && (talk.ringsAt === null || nextAt < talk.ringsAt)) set(encounter.id, nextAt)
  }

  /** As in earnest a timer is only ever set earlier; one that rings too early sets itself again. */
  function set(id: string, at: number): void {
    const talk = talks.get(id)
    if (talk === undefined) return
    talk.ringsAt = at
    around.ring(at, () => {
      if (talk.ringsAt !== at) return
      talk.ringsAt = null
      const { encounter } = talk
      settle(pretendInput(encounter, { kind: 'timer', id: '', at: around.now() }, surroundings(encounter), NOBODY))
    })
  }

  return {
    get: (id) => talks.get(id)?.encounter,
    open: ({ id, contactId, channel }) =>
      settle(
        pretendOpened(
          { tenant, id, contactId, channel, queueId: rules?.queue.id ?? null, at: around.now() },
          rules,
          NOBODY,
        ),
      ),
    hear(id, messageId, text) {
      const encounter = talks.get(id)?.encounter
      if (encounter === undefined) return false
      const input = { kind: 'message', from: 'patient', text, id: messageId, at: around.now() } as const
      const made = pretendInput(encounter, input, surroundings(encounter), NOBODY)
      settle(made)
      return made.messages.length > 0
    },
    follow(event) {
      // What is ours was told by whoever changed it.
      const encounter =
        event.encounterId === null || event.origin === 'internal' ? undefined : talks.get(event.encounterId)?.encounter
      if (encounter !== undefined) settle(pretendHeard(encounter, event, rules))
    },
    write({ encounterId, id, text }, doer) {
      const encounter = talks.get(encounterId)?.encounter
      const said = { id: hashId('flow', id), text, at: around.now() }
      if (encounter !== undefined) settle(pretendSaid(encounter, said, rules, because(doer)))
    },
    do(deed, doer) {
      const encounter = talks.get(deed.encounterId)?.encounter
      if (encounter === undefined) return
      const { id: effectId, node: _node, visit: _visit, encounterId: _encounterId, ...what } = deed
      const input = { ...what, id: hashId('flow', effectId), at: around.now() }
      settle(pretendInput(encounter, input, surroundings(encounter), because(doer)))
    },
  }
}
