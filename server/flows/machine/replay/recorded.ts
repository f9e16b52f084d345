import { asks } from '#flows/asking.ts'
import { cancelledBy } from '#flows/cancelling.ts'
import type { Graph } from '#flows/graph.ts'
import type { Told } from '#flows/machine/replay/compare-said.ts'
import { asDrawn, type Drawn } from '#flows/machine/replay/deeds.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import { LINK, type Said, type Scripted } from '#flows/machine/world.ts'
import type { NotifyTo, Step } from '#flows/run.ts'
import { NEXT_SILENCE } from '#flows/silences.ts'
import type { FateRow, SaidRow } from '#notifications/index.ts'
import { hashId } from '#platform/ids.ts'

/** A visit of a node, as it was entered, and what it really came to: the draft gets the same answers to the same questions. */
export type Recorded = { step: Step; answer: Scripted | 'never' }
/** By node, in the order of its visits. */
export type Answers = ReadonlyMap<string, readonly Recorded[]>
/** What became of notifications, by their ids. */
export type Fates = ReadonlyMap<string, FateRow>

/** A run as it stood at a moment: what came later did not happen yet. */
export function asOf(run: RealRun, at: number): RealRun {
  if (run.endedAt !== null && run.endedAt <= at) return run
  const steps = run.steps.filter((step) => step.at <= at)
  const stood = { ...run, steps, endedAt: null, outcome: null }
  const last = steps.at(-1)
  // Somebody tried it again later.
  if (last === undefined || !endedInFault(last)) return { ...stood, status: 'waiting', failure: null }
  const { nodeId, type, error: cause = '' } = last
  return { ...stood, status: 'failed', failure: { nodeId, type, cause } }
}

/** The step has no way on. */
const endedInFault = ({ error, way }: Step): boolean => error !== undefined && way === undefined

/** When somebody tried a run again that had failed at a step. `again`: as the same visit. */
export type Retry = { at: number; nodeId: string; again: boolean }

/** In their order: a run that can be tried again goes one way at a time. */
export const retriesOf = ({ steps }: Pick<RealRun, 'steps'>): Retry[] =>
  steps.flatMap((step, i) => {
    const next = steps[i + 1]
    if (!endedInFault(step) || next?.nodeId !== step.nodeId || next.resumed === true) return []
    return [{ at: next.at, nodeId: step.nodeId, again: next.visit === step.visit }]
  })

/** What the questions of a run were answered with. @param fates of what `unsureOf` names */
export function answersOf({ id, steps }: Pick<RealRun, 'id' | 'steps'>, fates: Fates): Answers {
  const found = new Map<string, Recorded[]>()
  for (const [step, end] of askedBy(steps)) {
    const fate = step.type === 'notify' ? fates.get(notificationOf(id, step)) : undefined
    const answer = end === undefined ? unanswered(fate) : answerOf(step, end)
    const leavesAfter = Math.max(0, (fate?.leftAt ?? step.at) - step.at)
    const recorded = { step, answer: answer === 'never' || leavesAfter === 0 ? answer : { ...answer, leavesAfter } }
    const list = found.get(step.nodeId)
    if (list === undefined) found.set(step.nodeId, [recorded])
    else list.push(recorded)
  }
  return found
}

/** Visits that asked, each with how it was answered; undefined: it was not, or was ended from outside before. */
function askedBy(steps: readonly Step[]): [step: Step, end: Step | undefined][] {
  const asked: [step: Step, end: Step | undefined][] = []
  /** By visit; a call that is tried again by hand asks once more as the same one. */
  const latest = new Map<number, (typeof asked)[number]>()
  for (const step of steps) {
    const isOver = step.way !== undefined || step.error !== undefined
    if (step.resumed === true) {
      const question = latest.get(step.visit)
      if (isOver && question !== undefined) question[1] = step
      // Answered in the same moment: no second line.
    } else if (!isOver && asks(step.type)) {
      const question: (typeof asked)[number] = [step, undefined]
      asked.push(question)
      latest.set(step.visit, question)
    }
  }
  return asked
}

/** Nobody told the run; what people were told all the same is known. */
function unanswered(fate: FateRow | undefined): Scripted | 'never' {
  if (fate === undefined || fate.status === 'held' || fate.status === 'queued') return 'never'
  const { channel, reason } = fate
  return { after: Number.POSITIVE_INFINITY, outcome: { way: endOf(fate), value: { channel, reason } } }
}

/** What a visit was told, from how it was entered and how it was left. */
function answerOf({ type, at }: Step, { way, output, error, at: toldAt }: Step): Scripted {
  const value = output ?? {}
  return {
    after: Math.max(0, toldAt - at),
    outcome: {
      // Who has no such way, or tries again, was told of a fault all the same.
      way: way ?? (type === 'notify' ? 'failed' : 'error'),
      value: type === 'llm' ? { content: value } : value,
      ...(error === undefined ? {} : { cause: error }),
    },
  }
}

/** Why somebody ended a run, rather than an event or the next silence; null: nobody did. */
export function endedByHand(
  { status, outcome }: Pick<RealRun, 'status' | 'outcome'>,
  version: Graph | undefined,
): string | null {
  if (status !== 'cancelled' || outcome === null || outcome === NEXT_SILENCE) return null
  const rules = version?.settings?.cancelOn ?? []
  const types = rules.map((rule) => (typeof rule === 'string' ? rule : rule.event))
  return types.some((type) => outcome === cancelledBy(type)) ? null : outcome
}

const entered = ({ steps }: Pick<RealRun, 'steps'>, type: string): Step[] =>
  steps.filter((step) => step.type === type && step.resumed !== true)

const notificationOf = (runId: string, { nodeId, visit }: Step): string => hashId('flow', `${runId}/${nodeId}/${visit}`)

/** Notifications that a run asked for. */
export const notificationsOf = (run: Pick<RealRun, 'id' | 'steps'>): string[] =>
  entered(run, 'notify').map((step) => notificationOf(run.id, step))

/** People whom runs told something beside their own. */
export const toldBeside = (runs: readonly RealRun[]): string[] =>
  runs.flatMap((run) =>
    entered(run, 'notify').flatMap(({ input }) => {
      const { contactId } = (input as { to?: { contactId?: unknown } } | undefined)?.to ?? {}
      return typeof contactId === 'string' && contactId !== run.about.contactId ? [contactId] : []
    }),
  )

/** What takes longer may have waited for its time. */
const AT_ONCE_MS = 1_000

/** Of these the timeline alone does not tell what became of them, or when: nobody told the run, or not at once. */
export const unsureOf = ({ id, steps }: Pick<RealRun, 'id' | 'steps'>): string[] =>
  askedBy(steps).flatMap(([step, end]) =>
    step.type === 'notify' && (end === undefined || end.at - step.at > AT_ONCE_MS) ? [notificationOf(id, step)] : [],
  )

/** What was called off told nobody anything. */
const endOf = ({ status }: Pick<FateRow, 'status'>): Said['outcome'] =>
  status === 'sent' ? 'sent' : status === 'suppressed' || status === 'cancelled' ? 'suppressed' : 'failed'

/** What a run really told people, in the order in which they got it. @param dataOf how the step was drawn, where that is known */
export function realSaid(
  run: Pick<RealRun, 'id' | 'steps'>,
  rows: ReadonlyMap<string, SaidRow>,
  dataOf: (step: Step) => Drawn | undefined,
): Told[] {
  const said = run.steps.flatMap((step): Told[] => {
    if (step.resumed === true) return []
    if (step.type === 'message') return wroteIn(step).map((said) => asDrawn(said, undefined))
    const row = step.type === 'notify' ? rows.get(notificationOf(run.id, step)) : undefined
    const data = dataOf(step)
    return row === undefined
      ? []
      : notifiedBy(step, row, typeof data?.deepLink === 'string').map((said) => asDrawn(said, data))
  })
  return said.sort((a, b) => a.at - b.at)
}

/** @param isOwnLink the author wrote where it leads: it is no link of ours, which is another one each time */
function notifiedBy({ at, nodeId, input }: Step, row: SaidRow, isOwnLink: boolean): Said[] {
  if (row.status === 'held' || row.status === 'queued') return []
  const { payload, channel, template, reason, leftAt } = row
  const outcome = endOf(row)
  const isSent = outcome === 'sent'
  const link = payload?.link ?? null
  const plain = (text: string | null | undefined) =>
    text == null ? null : link === null || isOwnLink ? text : text.replaceAll(link, LINK)
  return [
    {
      at: isSent ? (leftAt ?? at) : at,
      nodeId,
      kind: 'notify',
      to: isSent ? ((input as { to?: NotifyTo } | undefined)?.to ?? null) : null,
      channel,
      template,
      title: plain(payload?.title),
      body: plain(payload?.body),
      link: isSent ? plain(link) : null,
      reason,
      outcome,
    },
  ]
}

function wroteIn({ at, nodeId, output }: Step): Said[] {
  const { text } = (output ?? {}) as { text?: string }
  if (text === undefined) return []
  const plain = { to: null, template: null, title: null, link: null, reason: null, outcome: 'sent' } as const
  return [{ at, nodeId, kind: 'message', channel: 'chat', body: text, ...plain }]
}
