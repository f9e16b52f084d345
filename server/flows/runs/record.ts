import { isOfEncounters } from '#conversations/index.ts'
import type { Entry } from '#flows/proof/entries.ts'
import { type Effect, type Parked, type Run, type Step, waitsOf } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/** A run with what the database keeps beside it, and what the batch at hand did to it. */
export type RunRecord = {
  readonly tenant: string
  readonly flowId: string
  readonly version: number
  readonly onlyOne: boolean
  readonly subject: string
  readonly eventId: string
  readonly eventPosition: number
  /** The most of any event that moved it. */
  hops: number
  /** The run that began the cascade which led to this one; null: this one began it. */
  readonly root: string | null
  readonly traceparent: string | null
  /** As stored; 0: the run is new. */
  readonly revision: number
  /** As it was loaded; null: the run is new. */
  readonly loaded: Run | null
  /** Whom events are about that find it by its person; null: none do, or that stands in the database already. */
  person: string | null
  /** Where it was parked when it was loaded. */
  readonly parkedBefore: readonly Parked[]
  run: Run
  /** Characters of its state when it was written last. */
  size: number
  effects: Effect[]
  steps: Step[]
  /** Arms that it entered in this batch. */
  entries: Entry[]
  /** Its conversation as what it did in this batch will leave it; absent: as it is. */
  encounter?: Json
  /** It wrote into the conversation in this batch, and what comes of its people is kept. */
  spoke?: true
  /** It listens to an event of this batch that was nothing for it: its state must still be the one decided on. */
  met: boolean
  /** What it waits for, or is ended by, may be in the hands of another node just now: it is not found by the subject. */
  lookAgain: boolean
  /** Its end lets others begin that wait for it. */
  frees?: true
}

export const isNew = (record: RunRecord): boolean => record.revision === 0
export const isChanged = (record: RunRecord): boolean => record.run !== record.loaded

/**
 * What a run is about besides its subject: whom its event names, or else its conversation; null: the subject leads to them. That of
 * an event which conversations write down themselves does.
 */
export function namedBeside({ subject, run }: Pick<RunRecord, 'subject' | 'run'>): string | null {
  const { encounterId, contactId } = run.about
  if (encounterId === subject && isOfEncounters(run.event.type)) return null
  const named = contactId ?? encounterId
  return named === subject ? null : named
}

/** The record as the database has it after the commit that wrote it. */
export const reloaded = ({ spoke: _spoke, encounter: _encounter, ...record }: RunRecord): RunRecord => ({
  ...record,
  revision: record.revision + 1,
  loaded: record.run,
  parkedBefore: waitsOf(record.run),
  effects: [],
  steps: [],
  entries: [],
  met: false,
  lookAgain: false,
})

/** What an ended run keeps: its variables and how it ended. Its event is in the log, unless that was changed. */
export type Ended = Pick<
  Run,
  | 'about'
  | 'visits'
  | 'vars'
  | 'outcome'
  | 'failure'
  | 'goalAt'
  | 'seen'
  | 'stuck'
  | 'final'
  | 'edited'
  | 'forked'
  | 'retries'
  | 'moves'
> & {
  /** Of one that can be tried again. */
  last?: Run['last']
  event?: Run['event']
}

export function storedState({ run }: RunRecord): string {
  if (run.status === 'waiting') return JSON.stringify(run)
  const {
    about,
    visits,
    vars,
    outcome,
    failure,
    goalAt,
    seen,
    stuck,
    final,
    edited,
    forked,
    retries,
    moves,
    last,
    event,
  } = run
  const ended: Ended = {
    ...{ about, visits, vars, outcome, failure, goalAt, seen },
    ...(stuck === undefined ? {} : { stuck, last }),
    ...(final === undefined ? {} : { final }),
    ...(edited === undefined ? {} : { edited, event }),
    ...(forked === undefined ? {} : { forked }),
    ...(retries === undefined ? {} : { retries }),
    ...(moves === undefined ? {} : { moves }),
  }
  return JSON.stringify(ended)
}
