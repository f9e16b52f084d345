import { asks } from '#flows/asking.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import { LINK, type Said, type Scripted } from '#flows/machine/world.ts'
import type { Step } from '#flows/run.ts'
import type { SaidRow } from '#notifications/index.ts'
import { hashId } from '#platform/ids.ts'

/** What each visit of a node really came to: the draft gets the same answers to the same questions. */
export type Answers = ReadonlyMap<string, readonly (Scripted | 'never')[]>

/** A run as it stood at a moment: what came later did not happen yet. */
export function asOf(run: RealRun, at: number): RealRun {
  if (run.endedAt !== null && run.endedAt <= at) return run
  const steps = run.steps.filter((step) => step.at <= at)
  return { ...run, steps, status: 'waiting', endedAt: null, outcome: null, failure: null }
}

/** What the questions of a run were answered with, by node, in the order of its visits. */
export function answersOf({ steps }: Pick<RealRun, 'steps'>): Answers {
  const found = new Map<string, (Scripted | 'never')[]>()
  const left = new Map<number, Step>()
  for (const step of steps) if (step.resumed === true) left.set(step.visit, step)
  for (const step of steps) {
    // Who answered in the same moment has left no second line.
    if (step.resumed === true || !asks(step.type) || step.way !== undefined || step.error !== undefined) continue
    const end = left.get(step.visit)
    const answer = end === undefined ? 'never' : answerOf(step, end)
    const list = found.get(step.nodeId)
    if (list === undefined) found.set(step.nodeId, [answer])
    else list.push(answer)
  }
  return found
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

const entered = ({ steps }: Pick<RealRun, 'steps'>, type: string): Step[] =>
  steps.filter((step) => step.type === type && step.resumed !== true)

const notificationOf = (runId: string, { nodeId, visit }: Step): string => hashId('flow', `${runId}/${nodeId}/${visit}`)

/** Notifications that a run asked for. */
export const notificationsOf = (run: Pick<RealRun, 'id' | 'steps'>): string[] =>
  entered(run, 'notify').map((step) => notificationOf(run.id, step))

/** What a run really told people. */
export function realSaid(run: Pick<RealRun, 'id' | 'steps'>, rows: ReadonlyMap<string, SaidRow>): Said[] {
  const notified = entered(run, 'notify').flatMap((step): Said[] => {
    const row = rows.get(notificationOf(run.id, step))
    if (row === undefined || row.status === 'held' || row.status === 'queued') return []
    const { payload, channel, template, reason, status } = row
    const plain = (text: string | null | undefined) =>
      text == null ? null : payload?.link ? text.replaceAll(payload.link, LINK) : text
    return [
      {
        at: step.at,
        nodeId: step.nodeId,
        kind: 'notify',
        channel,
        template,
        title: plain(payload?.title),
        body: plain(payload?.body),
        reason,
        outcome: status === 'sent' || status === 'suppressed' ? status : 'failed',
      },
    ]
  })
  const written = entered(run, 'message').flatMap((step): Said[] => {
    const { text } = (step.output ?? {}) as { text?: string }
    if (text === undefined) return []
    const { at, nodeId } = step
    const plain = { template: null, title: null, reason: null, outcome: 'sent' } as const
    return [{ at, nodeId, kind: 'message', channel: 'chat', body: text, ...plain }]
  })
  return [...notified, ...written].sort((a, b) => a.at - b.at)
}
