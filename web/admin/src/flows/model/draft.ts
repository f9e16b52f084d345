import type { Change } from './changes.ts'
import { type ApiFault, type Fault, faultsOf } from './faults.ts'
import { type Graph, isSameGraph } from './graph.ts'
import { did, type History, historyOf, redone, rewritten, undone } from './history.ts'
import { type Dispute, distance, joined } from './joined.ts'

export type Judgement = { faults: readonly ApiFault[]; warnings: readonly ApiFault[] }

/** What others saved. */
export type Theirs = {
  /** How it differs from what they began with; null: that is not known any more. */
  readonly changes: readonly Change[] | null
  /** Null: that is not known. */
  readonly by: string | null
  readonly at: string | null
}

/** Somebody else saved the draft first, and both changed the same. */
export type Conflict = {
  /** What both began with. */
  readonly base: Graph
  readonly kept: Kept
  readonly theirs: Theirs
  readonly disputes: readonly Dispute[]
}

/** What others saved is in the draft now, beside what was drawn here. */
export type Joining = Theirs & {
  /** Steps of here that have another id now. */
  readonly renames: ReadonlyMap<string, string>
}

/** What is kept by the program. */
export type Kept = { readonly graph: Graph; readonly revision: number }

/** How the draft is kept and judged. */
export type Keeper = {
  /** @returns the revision and what is wrong; null: somebody else was first */
  save(graph: Graph, revision: number): Promise<({ revision: number } & Judgement) | null>
  check(graph: Graph): Promise<Judgement>
  /** What is kept, where others saved it. */
  read(): Promise<Kept>
  /** What others changed between two revisions. */
  changedSince(from: number, to: number): Promise<Theirs>
  /** Calls `act` after so long; @returns what calls it off */
  later(ms: number, act: () => void): () => void
}

export type DraftState = {
  readonly history: History
  /** Of what is kept by the program. */
  readonly revision: number
  /** `ahead`: there is something that is not kept yet. */
  readonly keeping: 'kept' | 'ahead' | 'saving' | 'conflict' | 'failed'
  readonly conflict: Conflict | null
  /** The latest of those that needed nobody's word. */
  readonly joining: Joining | null
  readonly failure: unknown
  readonly faults: readonly Fault[]
  /** The faults are those of an earlier graph. */
  readonly checking: boolean
}

export type Draft = {
  state(): DraftState
  /** @returns what ends the telling */
  subscribe(listener: () => void): () => void
  /** `run`: changes that follow each other with the same name are one step back. */
  change(edit: (graph: Graph) => Graph, run?: string): void
  undo(): void
  redo(): void
  /** Keeps what is not kept yet. @returns whether all is kept */
  flush(): Promise<boolean>
  /** What others saved is shown, unless something here is not kept yet. */
  follow(theirs: Kept): void
  /** Ends a conflict: both are joined, what others saved is taken, or overwritten. */
  joinBoth(): void
  takeTheirs(): Promise<void>
  keepMine(): void
  /** Saves at once what it can, and nothing after. */
  close(): void
}

const CHECK_AFTER_MS = 350
const SAVE_AFTER_MS = 1_500
/** While somebody edits without a rest, so much may be lost. */
const SAVE_AT_LEAST_MS = 10_000

/**
 * The draft that somebody edits: with steps back, saved by itself, judged while it is drawn. Never overwrites what somebody else
 * saved: it joins both, and where both changed the same it stops saving and says so.
 * @param mayWrite false: it is only looked at and judged
 */
export function createDraft(initial: Kept, keeper: Keeper, mayWrite: boolean, now: () => number = Date.now): Draft {
  let state: DraftState = {
    history: historyOf(initial.graph),
    revision: initial.revision,
    keeping: 'kept',
    conflict: null,
    joining: null,
    failure: null,
    faults: [],
    checking: true,
  }
  let kept = initial.graph
  /** What was sent and not answered: it may be kept all the same. */
  const unanswered = new Set<Graph>()
  let aheadSince = 0
  let saving: Promise<void> | null = null
  let closed = false
  let stopCheck = () => {}
  let stopSave = () => {}
  const listeners = new Set<() => void>()

  const set = (changes: Partial<DraftState>) => {
    state = { ...state, ...changes }
    for (const listener of listeners) listener()
  }
  const graph = () => state.history.present
  /** Steps back and forth may lead to what is kept; not where something else was sent, which may be kept by now. */
  const isKept = (one: Graph) => one === kept && unanswered.size === 0

  function judged(of: Graph, { faults, warnings }: Judgement): void {
    if (of === graph()) set({ faults: faultsOf(of, faults, warnings), checking: false })
  }

  async function check(): Promise<void> {
    const of = graph()
    try {
      judged(of, await keeper.check(of))
    } catch {
      // The next change asks again, and so does the next save; nothing is lost meanwhile.
      if (of === graph()) set({ checking: false })
    }
  }

  function plan(): void {
    stopCheck()
    stopCheck = keeper.later(CHECK_AFTER_MS, () => void check())
    if (!mayWrite || state.keeping === 'conflict') return
    stopSave()
    const left = aheadSince + SAVE_AT_LEAST_MS - now()
    stopSave = keeper.later(Math.max(0, Math.min(SAVE_AFTER_MS, left)), () => void save())
  }

  function show(history: History): void {
    if (history === state.history) return
    if (state.keeping === 'kept') aheadSince = now()
    const keeping =
      state.keeping === 'conflict' || !mayWrite ? state.keeping : isKept(history.present) ? 'kept' : 'ahead'
    set({ history, keeping, checking: true })
    plan()
  }

  async function save(): Promise<void> {
    stopSave()
    if (saving !== null) await saving
    if (state.keeping === 'conflict' || isKept(graph()) || !mayWrite) return
    saving = saveNow().finally(() => {
      saving = null
    })
    await saving
    // Something was drawn while it was saved.
    if (!closed && state.keeping === 'ahead') plan()
  }

  async function saveNow(): Promise<void> {
    const sent = graph()
    const earlier = [...unanswered]
    unanswered.add(sent)
    set({ keeping: 'saving' })
    try {
      const answer = await keeper.save(sent, state.revision)
      if (answer === null) return await meet(earlier)
      kept = sent
      unanswered.clear()
      aheadSince = now()
      set({ revision: answer.revision, keeping: graph() === sent ? 'kept' : 'ahead', failure: null })
      judged(sent, answer)
    } catch (failure) {
      set({ keeping: 'failed', failure })
      if (!closed) stopSave = keeper.later(SAVE_AT_LEAST_MS, () => void save())
    }
  }

  /** @param earlier what was sent before without an answer */
  async function meet(earlier: readonly Graph[]): Promise<void> {
    const stored = await keeper.read()
    if (wasKept(stored)) return
    const theirs = await keeper.changedSince(state.revision, stored.revision)
    // They may have gone on from what was sent from here without an answer.
    const [base = kept] = [kept, ...earlier].toSorted((a, b) => distance(a, stored.graph) - distance(b, stored.graph))
    const { disputes } = joined(base, graph(), stored.graph)
    if (disputes.length > 0) {
      set({ keeping: 'conflict', conflict: { base, kept: stored, theirs, disputes } })
      return
    }
    set({ joining: { ...theirs, renames: join(base, stored) } })
    if (state.keeping === 'ahead') await saveNow()
  }

  /**
   * What others saved comes to what was drawn here, and to all that it was before: one step back takes back what was done here, and
   * nothing of others. @returns the steps of here that have another id now
   */
  function join(base: Graph, stored: Kept): ReadonlyMap<string, string> {
    const { renames } = joined(base, graph(), stored.graph)
    const history = rewritten(state.history, (one) => {
      const { graph: both } = joined(base, one, stored.graph)
      return isSameGraph(both, stored.graph) ? stored.graph : both
    })
    kept = stored.graph
    unanswered.clear()
    set({
      history,
      revision: stored.revision,
      keeping: history.present === kept ? 'kept' : 'ahead',
      conflict: null,
      failure: null,
      checking: true,
    })
    if (!closed) plan()
    return renames
  }

  /**
   * Whether nobody else was first, or drew just the same: what is stored is what was sent, now or before without an answer. Then
   * it goes on from there.
   */
  function wasKept({ graph: stored, revision }: Kept): boolean {
    const mine = [...unanswered].find((sent) => isSameGraph(sent, stored))
    if (mine === undefined) return false
    kept = mine
    unanswered.clear()
    aheadSince = now()
    set({ revision, keeping: graph() === mine ? 'kept' : 'ahead', failure: null })
    return true
  }

  async function take(theirs: Kept): Promise<void> {
    kept = theirs.graph
    unanswered.clear()
    const { history } = state
    set({
      // One step back leads to what was drawn here, if anything was.
      history: history.past.length === 0 ? historyOf(theirs.graph) : did(history, theirs.graph),
      revision: theirs.revision,
      keeping: 'kept',
      conflict: null,
      checking: true,
    })
    await check()
  }

  void check()

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    change: (edit, run) => show(did(state.history, edit(graph()), run ?? null)),
    undo: () => show(undone(state.history)),
    redo: () => show(redone(state.history)),
    async flush() {
      await save()
      return state.keeping === 'kept'
    },
    follow(theirs) {
      if (state.keeping !== 'kept' || theirs.revision <= state.revision) return
      if (!isSameGraph(theirs.graph, graph())) void take(theirs)
      else set({ revision: theirs.revision })
    },
    joinBoth() {
      const { conflict } = state
      if (conflict === null) return
      set({ joining: { ...conflict.theirs, renames: join(conflict.base, conflict.kept) } })
      void save()
    },
    takeTheirs: async () => take(await keeper.read()),
    keepMine() {
      const { conflict } = state
      if (conflict === null) return
      kept = conflict.kept.graph
      unanswered.clear()
      set({ revision: conflict.kept.revision, conflict: null, keeping: 'ahead' })
      void save()
    },
    close() {
      closed = true
      stopCheck()
      stopSave()
      if (state.keeping === 'ahead' || state.keeping === 'failed') void save()
    },
  }
}
