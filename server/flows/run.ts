import type { CloudEventView } from '#events/index.ts'
import type { AbilityName, Unable } from '#flows/abilities.ts'
import type { Concealed } from '#flows/concealed.ts'
import type { Json } from '#platform/event.ts'

/** An event as conditions and texts see it. */
export type EventView = CloudEventView

/** What the event that started a run says about whom it concerns; each part may be unknown. */
export type About = {
  readonly encounterId: string | null
  readonly contactId: string | null
  readonly queueId: string | null
  /** For an event that warns of a silence, the name of that silence. */
  readonly silence: string | null
  /** The sign of life after which that silence began (domain milliseconds), where one is known. */
  readonly silentSince?: number
  /**
   * For an event that warns of a silence, and for one by which a run that began so asks for another, the moment from which
   * the silence counts (domain milliseconds).
   */
  readonly warnedAt?: number
}

export type RunStatus = 'waiting' | 'completed' | 'failed' | 'cancelled'

/** What a run waits for. It belongs to one visit of one node: news for any other visit comes too late. */
export type Parked = {
  readonly node: string
  readonly visit: number
  /** `time`: until `wakeAt`; `event`: for an event, at most until `wakeAt`; `outcome`: for what became of an effect. */
  readonly kind: 'time' | 'event' | 'outcome'
  /** Domain milliseconds. */
  readonly wakeAt: number | null
  /** Exact type of the event waited for. */
  readonly event: string | null
  /** The version that it was moved to while it stood here. */
  readonly moved?: number
  /** It stood at this step, which is gone, and enters `node` at `wakeAt`. */
  readonly leaving?: string
  /** What it asked for at that step, to be called off as it leaves. */
  readonly callsOff?: readonly Effect[]
  /** How often the step failed before it came to wait here, to be entered again; 0: it waits for its turn to undo. */
  readonly tries?: number
  /** The first visit at which what is tried again may have been done; absent: there is none. */
  readonly firstTry?: number
  /** Forks that this branch of the run is in, by their visits, the innermost last; absent: in none. */
  readonly forks?: readonly number[]
  /** Loops and undoings that it is inside of, the innermost last; absent: in none. */
  readonly frames?: readonly Frame[]
  /** In a fork: log position of the event that this branch saw last; absent: the run's. */
  readonly seen?: number
}

/** A step that could not be done, and why; `label`: its name for people, if it had one in that version. */
export type FailedStep = {
  readonly nodeId: string
  readonly type: string
  readonly label?: string
  readonly cause: string
}

/** The step at which a run failed; `notUndone`: what failed in its turn while undoing what was done before it. */
export type Failure = FailedStep & { readonly notUndone?: readonly FailedStep[] }

/** A step that was done and can be undone, with the variables that what undoes it speaks of, as they were then. */
export type Done = {
  readonly node: string
  readonly vars?: { readonly [name: string]: Json }
  /** Those that had no value then, which a later round of its loop may have given them. */
  readonly without?: readonly string[]
}

/** Where a way that leads nowhere goes on after all. */
export type Frame =
  /** With the next item of a loop. */
  | { readonly kind: 'each'; readonly node: string; readonly items: readonly Json[]; readonly next: number }
  /** With the next step to undo, and then behind `node`, or with the end of a run that failed. */
  | { readonly kind: 'undo'; readonly node: string | null; readonly left: readonly Done[]; readonly failure?: Failure }

/** How a run ends once it has undone what it is about to undo: it was to end meanwhile, and nothing stays half undone. */
export type Ending =
  | { readonly status: 'cancelled' | 'completed'; readonly outcome: string }
  | { readonly status: 'failed'; readonly failure: Failure }

/** Branches that began at one visit of a node and meet again, or end. */
export type Fork = {
  readonly visit: number
  readonly node: string
  /** Of the branch that forked: what goes on behind the join is in these again. */
  readonly forks: readonly number[]
  readonly frames: readonly Frame[]
  /** Branches that have neither arrived nor ended. */
  readonly live: number
  readonly arrived: readonly { readonly node: string; readonly visit: number }[]
  readonly seen: number
}

/** Where a run failed, as far as it can be tried again from there: it had one branch, and nothing was undone. */
export type Stuck = {
  readonly visit: number
  readonly frames?: readonly Frame[]
  /** Where it had been tried before: at which visit first. */
  readonly firstTry?: number
}

/** Why a run that failed cannot be tried again from there: it had several branches, or what it did was undone. */
export type Final = 'branches' | 'undone'

/** A visit of a node at which a run waits for another one. */
export type Caller = { readonly runId: string; readonly node: string; readonly visit: number }

/** A run between two advances: small JSON, besides the events it keeps. Never changed, only replaced. */
export type Run = {
  readonly id: string
  readonly status: RunStatus
  readonly event: EventView
  readonly about: About
  /** Value of the flow's key, or null: a run of its own, which no event reaches. */
  readonly key: string | null
  readonly startedAt: number
  readonly endedAt: number | null
  /** Nodes entered so far; the number of the latest visit. */
  readonly visits: number
  /** Where it waits; of several branches the one that came to wait first. */
  readonly parked: Parked | null
  /** Where its other branches wait; absent: there are none. */
  readonly others?: readonly Parked[]
  /** Forks under way; absent: none. */
  readonly forks?: readonly Fork[]
  /** Absent: it goes on behind what it undoes. */
  readonly ending?: Ending
  /** What can be undone, in the order in which it was done; absent: nothing. */
  readonly done?: readonly Done[]
  readonly vars: { readonly [name: string]: Json }
  /** The latest event the run waited for. */
  readonly last: EventView | null
  /** Log position of the event it saw last: nothing up to there is news. */
  readonly seen: number
  readonly outcome: string | null
  readonly failure: Failure | null
  /** Of a run that failed; absent: it cannot be tried again from there. */
  readonly stuck?: Stuck
  /** Of one that cannot be tried again: why. */
  readonly final?: Final
  /** How often it was tried again after it had failed; absent: never. */
  readonly retries?: number
  /** Somebody changed the event that it began with: the one in the log is another. */
  readonly edited?: true
  /** Of another run that it goes on from; absent: it began with its event. */
  readonly forked?: Forked
  /** The visit of another run that waits for this one; absent: nobody does. */
  readonly caller?: Caller
  /** When the event of the flow's goal came, if it came in time. */
  readonly goalAt: number | null
  /** The versions that it was moved away from, the oldest first; absent: it was never moved. */
  readonly moves?: readonly Move[]
}

/** What a run has from the one that it goes on from; `run`: its id, which earlier programs did not keep. */
export type ForkedFrom = Pick<Run, 'visits' | 'last' | 'seen'> & { readonly run?: string }

/** Where a run began that goes on from another one, and what it had from that. */
export type Forked = ForkedFrom & Pick<Run, 'vars'> & { readonly node: string }

/** `visits`: how many nodes it had entered by then; those were of the version `from`, or of one before it. */
export type Move = { readonly from: number; readonly visits: number }

/** Of a run that is moved by every publish for years the latest moves are enough: what is older counts as of the first of these. */
const MOST_MOVES = 50

/** The run as one that goes on by another version than `from`. */
export const movedOn = (run: Run, from: number): Run => ({
  ...run,
  moves: [...(run.moves ?? []), { from, visits: run.visits }].slice(-MOST_MOVES),
})

/** The version by which a run that is of `version` now entered a node. */
export const versionAt = (visit: number, { moves = [] }: Pick<Run, 'moves'>, version: number): number =>
  moves.find(({ visits }) => visit <= visits)?.from ?? version

/** Why a run failed that took longer than its flow allows. */
export const TOO_LONG = 'the run took longer than its time limit'

/** Whether a run was ended from outside, by its goal or by its time limit: what it said is not said again by another channel. */
export const wasEnded = (run: Pick<Run, 'status' | 'outcome' | 'goalAt' | 'failure'>): boolean =>
  run.status === 'cancelled' ||
  (run.status === 'completed' && run.outcome === 'goal' && run.goalAt !== null) ||
  (run.status === 'failed' && run.failure?.cause === TOO_LONG)

const NOWHERE: readonly Parked[] = []

/** Where all branches of a run wait. */
export const waitsOf = ({ parked, others }: Pick<Run, 'parked' | 'others'>): readonly Parked[] =>
  parked === null ? NOWHERE : others === undefined ? [parked] : [parked, ...others]

/** What became of an effect, in the words of its node's ways out. */
export type Outcome = { readonly way: string; readonly value: Json; readonly cause?: string }

export type Input =
  | {
      kind: 'start'
      runId: string
      /** The node that it begins at. */
      trigger: string
      event: EventView
      position: number
      about: About
      /** What it has from its beginning on; absent: nothing. */
      vars?: Run['vars']
      caller?: Caller
      /** Of another run that it goes on from. */
      from?: ForkedFrom
      edited?: boolean
    }
  /** `at`: the moment from which it counts; absent: it comes in its time. */
  | { kind: 'event'; event: EventView; position: number; at?: number }
  | { kind: 'wake'; node: string; visit: number; outcome?: Outcome }
  /** `whenUndone`: not before what it undoes just now is undone. */
  | { kind: 'cancel'; reason: string; whenUndone?: true }
  /** A run that failed tries its step again; `again`: as the same visit, so that what it sends has the same key. */
  | { kind: 'retry'; again: boolean }
  /** The run has taken as long as it may. */
  | { kind: 'limit' }

/** Id of what a visit of a node of a run does. */
export const effectIdOf = (runId: string, node: string, visit: number): string => `${runId}/${node}/${visit}`

/** Id of what tells that a run failed: of each time, when it is tried again and fails once more. */
export const failureIdOf = ({ id, retries = 0 }: Pick<Run, 'id' | 'retries'>): string =>
  retries === 0 ? `${id}/failed` : `${id}/failed/${retries}`

/** Where an effect comes from. `id` is made of run, node and visit: carrying it out twice is harmless. */
export type From = { readonly id: string; readonly node: string; readonly visit: number }

export type NotifyTo = { contactId: string } | { userId: string } | { address: string }

export type NotifyEffect = From & {
  readonly kind: 'notify'
  readonly to: NotifyTo
  /** Somebody wrote the id: a contact that nobody here knows is nobody. */
  readonly onlyKnown: boolean
  readonly template: string | null
  readonly content: { readonly title?: string; readonly body: string; readonly html?: string } | null
  readonly channels: readonly string[]
  readonly deepLink: { encounterId: string } | { url: string } | null
  readonly category: string | null
  readonly critical: boolean
  readonly dedupeKey: string | null
  readonly scope: { readonly [name: string]: Json }
  /** After so long unread and unfollowed the next channel is tried as well; null: never. */
  readonly escalateAfterMs: number | null
  /** Said of a person who went quiet and had not come back when the node was reached. */
  readonly whileQuiet: boolean
}

export type HttpEffect = From & {
  readonly kind: 'http'
  /** The visit under whose key it goes: a step that is tried again asks for the same once more, unless that was refused. */
  readonly firstTry: number
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: Concealed }
  readonly body: Concealed | null
  readonly timeoutMs: number
  readonly attempts: number
}

export type ApprovalEffect = From & {
  readonly kind: 'approval'
  readonly to: { userId: string } | { address: string }
  readonly title: string
  readonly text: string
  /** Domain milliseconds. */
  readonly expiresAt: number | null
}

export type SplitEffect = From & {
  readonly kind: 'split'
  readonly arm: string
  readonly holdout: boolean
  /** A winner takes all but the holdout. */
  readonly promoted: boolean
  /** Whom the arm is for. */
  readonly unit: string
  /** Domain milliseconds. */
  readonly at: number
  /** Log position of the event that the run saw last. */
  readonly seen: number
}

export type SubflowEffect = From & {
  readonly kind: 'subflow'
  readonly flowId: string
  readonly input: Json
  readonly waits: boolean
  /** Since when the person is quiet because of whom it is asked for (domain milliseconds); null: it is for another reason. */
  readonly quietSince: number | null
}

export type Effect =
  | NotifyEffect
  | HttpEffect
  | (From & { readonly kind: 'message'; readonly encounterId: string; readonly text: string })
  | (From & { readonly kind: 'extend'; readonly encounterId: string; readonly byMs: number })
  | (From & {
      readonly kind: 'close'
      readonly encounterId: string
      readonly reason: string
      /** A sign of life after this moment calls the close off; null: close whatever happens. */
      readonly quietSince: number | null
    })
  | (From & {
      readonly kind: 'assign'
      readonly encounterId: string
      readonly team: string | null
      readonly user: string | null
    })
  | (From & { readonly kind: 'tag'; readonly encounterId: string; readonly tags: readonly string[] })
  | (From & { readonly kind: 'emit'; readonly type: string; readonly data: Json })
  /** The run went the way of an arm of an experiment: noted for the report. */
  | SplitEffect
  /** The run failed: told to the world, and to the flow that its author named for that. */
  | (From & { readonly kind: 'failed'; readonly failure: Failure; readonly onError: string | null })
  /** Asks another flow to begin. */
  | SubflowEffect
  /** Ends the run of another flow that this visit asked for. */
  | (From & { readonly kind: 'stop'; readonly flowId: string })
  /** Asks a language model. */
  | (From & { readonly kind: 'llm'; readonly prompt: string; readonly schema: Json; readonly maxTokens: number })
  /** Asks another context for its work. */
  | (From & { readonly kind: 'ask'; readonly ability: AbilityName; readonly request: Json })
  /** Asks somebody, who answers by the API. */
  | ApprovalEffect
  /** What was asked to be told, and waits for its time, is of no use any more. */
  | (From & { readonly kind: 'callOff' })
  /** Nobody needs to answer any more. */
  | (From & { readonly kind: 'withdraw'; readonly expired: boolean })
  | (From & { readonly kind: 'arm'; readonly wakeAt: number | null; readonly event: string | null })
  | (From & { readonly kind: 'disarm'; readonly event: string | null })
  /** Ends the run at that moment if it is still under way; null: it is not any more. */
  | (From & { readonly kind: 'limit'; readonly wakeAt: number | null })

/** One line of a run's timeline. A visit that parked has two: how it was entered and how it was left. */
export type Step = {
  visit: number
  nodeId: string
  /** What people call the node. */
  label?: string
  type: string
  /** Domain milliseconds. */
  at: number
  input?: Json
  output?: Json
  /** The way by which the node was left; absent while it waits or when the run ended here. */
  way?: string
  error?: string
  /** The node was entered in an earlier advance. */
  resumed?: true
}

/** What a decision may know of the world besides run and input. */
export type Facts = { readonly contact: Json; readonly encounter: Json; readonly queue: Json }

export type Env = {
  readonly facts: Facts
  /** Locale of what is said to people whose own is not known. */
  readonly lastResort: string
  /** Tenant and flow, whatever the version: with a node's id it names an experiment. */
  readonly experiment: string
  /** The arm that somebody wrote down for a split; absent, or undefined: it is drawn. */
  armOf?(node: string): string | undefined
  /** Why a kind of node cannot do its work in this installation; null: it can. */
  readonly unable: Unable
  /**
   * The moment at which `ms` of open time have passed since `from`. `calendar` is an id or `queue`: that of the
   * conversation's queue, or plain time where it has none. Null: there is no such calendar.
   */
  addBusinessTime(calendar: string, from: number, ms: number): number | null
}

export type Advance = {
  readonly run: Run
  readonly effects: readonly Effect[]
  readonly steps: readonly Step[]
  /** The conversation as it is seen once the effects are carried out; absent: as before. */
  readonly encounter?: Json
}

/** What is known where a run did this to its conversation just before, and nobody has carried it out yet. */
export const knowing = (env: Env, encounter: Json | undefined): Env =>
  encounter === undefined ? env : { ...env, facts: { ...env.facts, encounter } }
