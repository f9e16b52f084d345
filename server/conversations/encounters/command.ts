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
export type EncounterCommand = Because & {
  tenant: string
  encounterId: string
  /** A uuid derived from what caused it: the same command is carried out once. */
  id: string
  /** Domain milliseconds. */
  at: number
}

export type CloseCommand = EncounterCommand & {
  reason: string
  /** Does nothing if the silence of this domain time is over: a sign of life came, or a warning was taken back. */
  quietSince?: number | null
}

/** At least one of the two. */
export type AssignCommand = EncounterCommand & { team: string | null; user: string | null }

/** Words to put on the encounter; those that it has change nothing. */
export type TagCommand = EncounterCommand & { tags: readonly string[] }

export type ExtendCommand = EncounterCommand & {
  /** Added to the close deadline (business time where the queue has a calendar). */
  byMs: number
}
