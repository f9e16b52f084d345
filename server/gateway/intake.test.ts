import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { until } from '#events/testing.ts'
import { type Counted, createIntake, type Intake, type Refusal } from '#gateway/intake.ts'
import { recentlySent } from '#gateway/known.ts'
import type { Incoming } from '#platform/brokers/bus.ts'
import type { EventDraft } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'

type Fake = Incoming & { accepted: boolean; refused: boolean; live: boolean }

function fake(id: string, subject: string): Fake {
  return {
    door: 'events',
    id,
    key: subject,
    contentType: undefined,
    contentEncoding: undefined,
    attributes: new Map(),
    traceparent: undefined,
    body: Buffer.from(id),
    live: true,
    accepted: false,
    refused: false,
    accept() {
      this.accepted = true
    },
    refuse() {
      this.refused = true
    },
  }
}

const away = () => new Problem(503, 'database-away', 'away')

/** A log that fails as told, and remembers the order in which it took. */
function rig(
  fails: (ids: readonly string[]) => Error | null,
  delayMs: () => number = () => 0,
  keep: (refusals: readonly Refusal[]) => void = () => {},
) {
  const log: string[] = []
  const kept: Refusal[] = []
  const counts: Counted[] = []
  const gate = { overload: null as Problem | null, stuck: 0 }
  async function append(events: readonly EventDraft[]) {
    await new Promise((resolve) => setTimeout(resolve, delayMs()))
    const error = fails(events.map(({ id }) => id))
    if (error !== null) throw error
    return events.map(({ id }) => {
      const duplicate = log.includes(id)
      if (!duplicate) log.push(id)
      return { duplicate }
    })
  }
  const known = recentlySent()
  const intake: Intake = createIntake({
    read({ id, key, body }) {
      if (body.toString().startsWith('bad')) throw new Problem(400, 'invalid', 'bad')
      return { id, subject: key, source: 's', type: 't', raw: '{}' } as EventDraft
    },
    append: async (event) => (await append([event]))[0] as { duplicate: boolean },
    appendTogether: append,
    overload: () => gate.overload,
    stuck() {
      gate.stuck += 1
    },
    async keep(refusals) {
      keep(refusals)
      kept.push(...refusals)
    },
    known,
    ownSource: ({ mark }) => mark ?? null,
    count: (counted) => void counts.push(counted),
    logger: pino({ level: 'silent' }),
  })
  return { intake, log, kept, counts, known, gate }
}

describe('the intake of a bus', () => {
  it('keeps large messages that are refused in small commits', async () => {
    const batches: number[] = []
    const { intake, kept } = rig(
      () => null,
      () => 0,
      (refusals) => void batches.push(refusals.length),
    )
    const large = Array.from({ length: 6 }, (_, i) => ({
      ...fake(`m${i}`, 's'),
      body: Buffer.from(`bad${'x'.repeat(400_000)}`),
    }))
    for (const message of large) intake.deliver(message)
    await until(
      () => kept.length,
      (n) => n === 6,
    )
    assert.deepEqual(batches, [2, 2, 2])
    await intake.stop()
  })

  it('keeps what is refused beside one that cannot be kept', async () => {
    const { intake, kept } = rig(
      () => null,
      () => 0,
      (refusals) => {
        if (refusals.some(({ message }) => message.id === 'm1')) throw new Error('no room for this one')
      },
    )
    const messages = [0, 1, 2].map((i) => Object.assign(fake(`m${i}`, 's'), { body: Buffer.from('bad') }))
    for (const message of messages) intake.deliver(message)
    await until(
      () => messages.every(({ refused }) => refused),
      (all) => all,
    )
    assert.deepEqual(
      kept.map(({ message }) => message.id),
      ['m0', 'm2'],
    )
    await intake.stop()
  })

  it('keeps the order of each subject and loses nothing, whatever fails on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 120 }),
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }),
        async (subjects, failures, delays) => {
          let n = 0
          const { intake, log } = rig(
            () => (failures[n++] === true && n % 3 !== 0 ? away() : null),
            () => delays[n % delays.length] as number,
          )
          const messages = subjects.map((subject, i) => fake(`${subject}-${String(i).padStart(3, '0')}`, `s${subject}`))
          for (const [i, message] of messages.entries()) {
            intake.deliver(message)
            if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
          }
          await until(
            () => messages.every(({ accepted }) => accepted),
            (all) => all,
            20_000,
          )
          assert.equal(log.length, messages.length)
          for (const subject of new Set(subjects)) {
            const ids = log.filter((id) => id.startsWith(`${subject}-`))
            assert.deepEqual(ids, ids.toSorted())
          }
          await intake.stop()
        },
      ),
      { numRuns: 12 },
    )
  })

  it('accepts nothing before its commit, and nothing at all when it stops before', async () => {
    let open = false
    const { intake } = rig(() => (open ? null : away()))
    const message = fake('a', 's')
    intake.deliver(message)
    await new Promise((resolve) => setTimeout(resolve, 30))
    assert.equal(message.accepted, false)
    await intake.stop()
    open = true
    await new Promise((resolve) => setTimeout(resolve, 150))
    assert.equal(message.accepted, false)
  })

  it('finds the one that the database refuses, keeps it, and goes on with the others', async () => {
    const { intake, log, kept } = rig((ids) => (ids.includes('poison') ? new Error('it does not fit') : null))
    const messages = ['a', 'poison', 'b'].map((id) => fake(id, id))
    for (const message of messages) intake.deliver(message)
    await until(
      () => messages.map(({ accepted, refused }) => [accepted, refused]),
      (all) => all.every((pair) => pair.includes(true)),
    )
    assert.deepEqual(log, ['a', 'b'])
    assert.equal(messages[1]?.refused, true)
    assert.match(kept[0]?.problem.message ?? '', /it does not fit/)
  })

  it('keeps what is no event before the bus may forget it', async () => {
    const { intake, kept, counts } = rig(() => null)
    const bad = { ...fake('x', 's'), body: Buffer.from('bad') }
    intake.deliver(bad)
    await until(
      () => bad.refused,
      (refused) => refused,
    )
    assert.equal(kept.length, 1)
    assert.deepEqual(counts[0]?.taken, 'refused')
  })

  it('waits while too much is in hand, and takes up again', async () => {
    const { intake, log, gate } = rig(() => null)
    gate.overload = new Problem(429, 'overload', 'wait')
    intake.deliver(fake('a', 's'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual(log, [])
    gate.overload = null
    await until(
      () => log.length,
      (n) => n === 1,
    )
  })

  it('passes by what this node has just sent itself, and what a lost connection left behind', async () => {
    const { intake, log, known, counts } = rig(() => null)
    known.add('s', 'mine')
    const mine = { ...fake('mine', 'x'), mark: 's' }
    intake.deliver(mine)
    assert.equal(mine.accepted, true)
    const lost = fake('lost', 'y')
    intake.deliver(lost)
    lost.live = false
    intake.deliver(fake('last', 'z'))
    await until(
      () => log.length,
      (n) => n > 0,
    )
    assert.deepEqual(log, ['last'])
    assert.deepEqual(
      counts.map(({ taken }) => taken),
      ['own', 'accepted'],
    )
  })

  it('takes what another sent under the id of one of ours for what it is', async () => {
    const { intake, log, known } = rig(() => null)
    known.add('s', 'mine')
    intake.deliver(fake('mine', 'x'))
    await until(
      () => log,
      (ids) => ids.length > 0,
    )
    assert.deepEqual(log, ['mine'])
  })
})
