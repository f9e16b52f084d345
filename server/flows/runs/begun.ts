import type { Origin } from '#flows/entry/entry.ts'
import { advance } from '#flows/interpreter.ts'
import type { About, Caller, EventView, ForkedFrom, Run } from '#flows/run.ts'
import { note } from '#flows/runs/advancing.ts'
import type { Version } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { World } from '#flows/runs/world.ts'

/** What a run begins with. */
export type Beginning = {
  tenant: string
  runId: string
  event: Origin
  view: EventView
  about: About
  /** The node that it begins at. */
  trigger: string
  /** The run that began the cascade it belongs to; null: it begins one itself. */
  root: string | null
  vars?: Run['vars']
  /** The visit of another run that waits for it. */
  caller?: Caller
  /** It goes on from another run, beside others of its key whatever the flow says. */
  from?: ForkedFrom
  /** The event is not as the log has it. */
  edited?: boolean
}

/** A new run, advanced to its first wait or its end. Whom it is about was loaded into `world` before. */
export function begun(
  beginning: Beginning,
  at: Pick<Version, 'flowId' | 'version' | 'flow'>,
  now: number,
  world: World,
): RunRecord {
  const { tenant, runId, event, view, about, trigger, root, vars, caller, from, edited } = beginning
  const made = advance(
    at.flow,
    null,
    {
      kind: 'start',
      runId,
      trigger,
      event: view,
      position: event.position,
      about,
      ...(vars === undefined ? {} : { vars }),
      ...(caller === undefined ? {} : { caller }),
      ...(from === undefined ? {} : { from }),
      ...(edited === undefined ? {} : { edited }),
    },
    now,
    world.env({ tenant, about, ...at }),
  )
  const record: RunRecord = {
    tenant,
    flowId: at.flowId,
    version: at.version,
    onlyOne: at.flow.onePerKey && caller === undefined && from === undefined,
    subject: event.subject,
    eventId: event.id,
    eventPosition: event.position,
    hops: event.hops,
    root,
    traceparent: event.traceparent,
    revision: 0,
    loaded: null,
    person: null,
    parkedBefore: [],
    run: made.run,
    size: 0,
    effects: [],
    steps: [],
    entries: [],
    met: false,
    lookAgain: false,
  }
  note(record, at.flow, made)
  return record
}
