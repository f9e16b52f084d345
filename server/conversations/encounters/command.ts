/** What caused a command: carried on to the events it gives birth to. */
export type Because = { cause: string | null; hops: number; traceparent: string | null }

/** Something another context writes into the conversation. */
export type OutgoingMessage = Because & {
  tenant: string
  encounterId: string
  /** A uuid derived from what caused it. */
  id: string
  from: 'agent' | 'bot' | 'system'
  text: string
  /** Domain milliseconds. */
  at: number
  /** Of the encounter, as far as the caller knows them: told on in the event. */
  queueId?: string | null
  contactId?: string | null
  brandId?: string | null
}

/**
 * A change asked of an encounter by another context. It is stored in the asker's transaction and carried out by
 * this one at once, in its own, under the encounter's row lock.
 */
export type EncounterCommand = Because &
  Deed & {
    tenant: string
    encounterId: string
    /** A uuid derived from what caused it: the same command is carried out once. */
    id: string
    /** Domain milliseconds. */
    at: number
  }

export type Deed =
  /**
   * With a reason. A closed one stays as it is, and no event is born; so it does if `quietSince` is given and the silence
   * of that domain time is over (a sign of life came, or a warning was taken back) or was given more time by hand.
   */
  | { kind: 'close'; reason: string; quietSince?: number | null }
  /** Puts off the close, until the person comes back from a warning (business time where the queue has a calendar). */
  | { kind: 'extend'; byMs: number }
  /** Into other hands: at least one of the two. */
  | { kind: 'assign'; team: string | null; user: string | null }
  /** Words to put on the encounter, a closed one too; those that it has change nothing. */
  | { kind: 'tag'; tags: readonly string[] }
