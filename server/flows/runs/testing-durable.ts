import assert from 'node:assert/strict'
import type { DueRow } from '#platform/due-kind.ts'
import { type EventDraft, type Json, type LogEvent, shardOf } from '#platform/event.ts'
import type { Tx } from '#platform/work.ts'
import type { testProgram } from '../../testing.ts'

/*
 * Hands events and due rows to the flows of a program as log and clock would, with commits that are lost, inputs that
 * come twice, and two deciders at once.
 */

export const TENANT = 'default'
const DATA = { patient_id: 'p1' }

class Crash extends Error {}

export const rowOf = (key: string, payload: Json): DueRow => ({
  kind: 'flow.wake',
  tenant: TENANT,
  key,
  dueAt: 0,
  payload,
  attempts: 0,
})

export function durably(openProgram: () => Awaited<ReturnType<typeof testProgram>>) {
  let count = 0
  async function append(type: string, subject: string, at: number): Promise<LogEvent> {
    const id = `event-${++count}`
    const draft: EventDraft = {
      tenant: TENANT,
      id,
      source: 'test',
      type,
      subject,
      form: 'cloudevents',
      raw: JSON.stringify({ specversion: '1.0', id, source: 'test', type, subject, data: DATA }),
      data: DATA,
      occurredAt: at,
      encounterId: subject,
      traceparent: null,
      cause: null,
      hops: 0,
      origin: 'rest',
    }
    const { position } = await openProgram().log.append(draft)
    return { ...draft, position: position ?? 0, shard: shardOf(TENANT, subject), receivedAt: at }
  }

  /** Hands events to the consumer as the log would: what crashed or met another decision is decided again. */
  async function consume(events: readonly LogEvent[], now: number, crash: boolean): Promise<void> {
    const consumer = openProgram()
      .parts.flatMap((part) => part.consumers ?? [])
      .find(({ name }) => name === 'flows')
    assert.ok(consumer)
    const decide = () => consumer.handle(events, openProgram().database.worker, now)
    if (crash) {
      const lost = await decide()
      await assert.rejects(
        openProgram().database.transaction(async (tx) => {
          lost?.(tx)
          throw new Crash()
        }),
        Crash,
      )
    }
    const [first, second] = [await decide(), await decide()]
    await openProgram().database.transaction(async (tx) => first?.(tx))
    // Whoever decided on the same state and comes second is told to decide again, and then finds nothing to do.
    if (second !== null) {
      const late = openProgram().database.transaction(async (tx) => second(tx))
      await late.catch((error: { code?: string }) => assert.equal(error.code, 'CA001', String(error)))
    }
  }

  const dueKind = () => {
    const kind = openProgram()
      .parts.flatMap((part) => part.dueKinds ?? [])
      .find((one) => one.kind === 'flow.wake')
    assert.ok(kind)
    return kind
  }

  /** Claims and handles rows as the due engine would; `twice` hands them over again. */
  async function wake(rows: readonly DueRow[], now: number, crash: boolean, twice: boolean): Promise<void> {
    if (rows.length === 0) return
    const handle = async (tx: Tx) => {
      tx.unschedule(
        'flow.wake',
        TENANT,
        rows.map(({ key }) => key),
      )
      await dueKind().handle(rows, tx, now)
    }
    if (crash) {
      await assert.rejects(
        openProgram().database.transaction(async (tx) => {
          await handle(tx)
          throw new Crash()
        }),
        Crash,
      )
    }
    await openProgram().database.transaction(handle)
    if (twice) await openProgram().database.transaction(handle)
  }

  return { append, consume, wake }
}
