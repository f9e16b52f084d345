import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { access } from '#access/index.ts'
import { flags } from '#flags/index.ts'
import { switches } from '#switches/index.ts'
import { flatEvent, testProgram } from '../../testing.ts'
import { beginSwitch, finishSwitch } from './switch.ts'

/**
 * Two systems send the same events, each in its own order and at its own pace, some of them again, from two nodes,
 * while an operator switches between them. Whatever the interleaving, each event is published once, and those of a
 * subject in their order.
 */

const SYSTEMS = ['netcomp', 'pet-cloud'] as const
const SUBJECTS = 3
const EVENTS = 8

type Program = Awaited<ReturnType<typeof testProgram>>
let nodes: [Program, Program]

before(async () => {
  const services = [access, flags, switches]
  const one = await testProgram(services, { node: 'one' })
  nodes = [one, await testProgram(services, { node: 'two', url: one.url })]
  for (const node of nodes) await node.start()
})
after(async () => {
  await nodes?.[1].close()
  await nodes?.[0].close()
})

/** How one system sends the events of one subject: pauses in milliseconds, and which earlier one comes again. */
const lane = fc.array(fc.record({ pauseMs: fc.nat(4), again: fc.option(fc.nat(EVENTS - 1), { freq: 3 }) }), {
  minLength: EVENTS,
  maxLength: EVENTS,
})
const story = fc.record({
  lanes: fc.array(lane, { minLength: SYSTEMS.length * SUBJECTS, maxLength: SYSTEMS.length * SUBJECTS }),
  /** Milliseconds before each switch. */
  switches: fc.array(fc.nat(15), { minLength: 1, maxLength: 5 }),
  lateMs: fc.nat(25),
})

let stories = 0

async function run({ lanes, switches: moments, lateMs }: typeof story extends fc.Arbitrary<infer T> ? T : never) {
  const tenant = `story-${stories++}`
  const { worker } = nodes[0].database
  await worker.query(
    `with pair as (
       insert into event_pair (tenant, id, namespace, leader, window_ms, created_at)
       values ($1, 'p', 'urn:cauce:events', $2, 900000, to_timestamp(0)) returning 1)
     select count(*) from pair`,
    [tenant, SYSTEMS[0]],
  )
  await worker.query(
    `insert into event_system (tenant, pair, name, known_by)
     select $1, 'p', name, jsonb_build_object('headers', jsonb_build_object('x-system', name)) from unnest($2::text[]) as s (name)`,
    [tenant, SYSTEMS],
  )
  const idOf = (subject: number, n: number) => `${subject}-${n}`

  async function send(system: number, subject: number) {
    const node = nodes[(system + subject) % 2] as Program
    const post = (n: number) =>
      node.runtime.appendEvent(flatEvent({ id: idOf(subject, n), tenant, encounterId: `s-${subject}` }), {
        headers: { 'x-system': SYSTEMS[system] as string },
      })
    // The second system comes later with everything.
    if (system === 1) await pause(lateMs)
    for (const [n, { pauseMs, again }] of (lanes[system * SUBJECTS + subject] ?? []).entries()) {
      if (pauseMs > 0) await pause(pauseMs)
      await post(n)
      if (again !== null && again <= n) await post(again)
    }
  }

  async function operate() {
    let leader = 0
    for (const ms of moments) {
      await pause(ms)
      leader = 1 - leader
      const { runtime, database } = nodes[leader] as Program
      const to = SYSTEMS[leader] as string
      await database.transaction((tx) =>
        beginSwitch(runtime, tx, tenant, 'p', to, undefined, { actor: 'operator', traceparent: null }),
      )
      assert.equal(await finishSwitch(runtime, tenant, 'p', Number.POSITIVE_INFINITY, () => {}), true)
    }
  }

  const senders = SYSTEMS.flatMap((_, system) =>
    Array.from({ length: SUBJECTS }, (_, subject) => send(system, subject)),
  )
  await Promise.all([...senders, operate()])
  const rows = await worker.query<{ id: string; subject: string }>(
    'select id, subject from event_log where tenant = $1 order by position',
    [tenant],
  )
  for (let subject = 0; subject < SUBJECTS; subject++) {
    assert.deepEqual(
      rows.filter((row) => row.subject === `s-${subject}`).map(({ id }) => id),
      Array.from({ length: EVENTS }, (_, n) => idOf(subject, n)),
    )
  }
  assert.equal(rows.length, SUBJECTS * EVENTS)
}

test('whatever the interleaving, each event is published once and each subject keeps its order', async () => {
  await fc.assert(fc.asyncProperty(story, run), { numRuns: 60, interruptAfterTimeLimit: 60_000, endOnFailure: true })
  assert.ok(stories > 10)
})
