import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOBODY, type Standing } from '#flows/entry/foresee.ts'
import { rulesOf } from '#flows/entry/words.ts'
import { type Scenario, simulate } from '#flows/simulator.ts'
import { env, event, inARow, KNOWN, NOW } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

const MINUTE = 60_000
const flow = (settings: object) =>
  inARow(
    [
      ['pause', 'wait', { for: 'PT1M' }],
      ['end', 'end'],
    ],
    settings,
  )
const at = (ms: number, type: string, data: Json = {}) => ({ at: NOW + ms, event: event(type, data, 'e1', `at-${ms}`) })

function played(settings: object, later: Scenario['later'] = [], standing: Partial<Standing> = {}) {
  const { facts: _facts, ...rest } = env()
  const made = simulate(
    flow(settings),
    {
      event: event('go', { n: 0 }),
      about: { encounterId: 'e1', contactId: 'p1', queueId: 'q1', silence: null },
      facts: KNOWN,
      later,
      outcomes: new Map(),
    },
    {
      ...rest,
      standing: { ...NOBODY, ...standing },
      notify: () => ({ detail: null, outcome: { way: 'sent', value: {} } }),
    },
  )
  const begins = made.entry?.at ?? null
  return {
    begins: begins === null ? null : begins - NOW,
    said: made.entry?.says.map(({ en }) => en).join(' ') ?? '',
    made,
  }
}

test('the simulator begins with the last event, once it has been quiet', () => {
  const later = [at(5 * MINUTE, 'go', { n: 1 }), at(14 * MINUTE, 'go', { n: 2 }), at(25 * MINUTE, 'go', { n: 3 })]
  const { begins, made } = played({ debounce: 'PT10M' }, later)
  assert.equal(begins, 24 * MINUTE)
  assert.deepEqual(made.run?.event.data, { n: 2 })
  assert.equal(made.steps[0]?.at, NOW + 24 * MINUTE)
})

test('the simulator gathers events until they are enough, or for so long', () => {
  const settings = { batch: { size: 3, within: 'PT10M' } }
  const few = played(settings, [at(MINUTE, 'go', { n: 1 }), at(11 * MINUTE, 'go', { n: 2 })])
  assert.equal(few.begins, 10 * MINUTE)
  assert.equal((few.made.run?.vars.batch as Json[] | undefined)?.length, 2)
  const enough = [1, 2, 3].map((n) => at(n * MINUTE, 'go', { n }))
  assert.equal(played(settings, enough).begins, 2 * MINUTE)
})

test('the simulator says who would wait, for what, and who would not begin', () => {
  const { begins, said } = played({ concurrency: 5 }, [], { underWay: 5, queued: 3 })
  assert.equal(begins, 0)
  assert.match(said, /would wait for its turn: 5 are under way, and 3 wait already/i)
  const rate = { rate: { limit: 2, per: 'PT1H' } }
  assert.equal(played(rate, [], { starts: [NOW - MINUTE, NOW - 30 * MINUTE, NOW - 50 * MINUTE] }).begins, 30 * MINUTE)
  assert.equal(played(rate, [], { starts: [NOW - MINUTE] }).begins, 0)
  const once = played({ oncePer: 'P1D' }, [], { lastOfKey: NOW - MINUTE })
  assert.deepEqual([once.begins, once.made.run, once.made.outcome], [null, null, 'not started'])
  assert.match(once.made.why?.en ?? '', /^Would not begin/)
  assert.equal(played({ oncePer: 'P1D' }, [], { lastOfKey: NOW - 1441 * MINUTE }).begins, 0)
  const gone = played({ debounce: 'PT10M', cancelOn: ['stop'] }, [at(MINUTE, 'stop')])
  assert.match(gone.said, /stop called it off/)
  assert.equal(played({}).made.entry, null)
})

test('each rule is a sentence in both languages', () => {
  const rules = rulesOf({
    oncePer: 'P1D',
    concurrency: 2,
    rate: { limit: 3, per: 'PT1H' },
    debounce: 'PT1M',
    batch: { size: 2, within: 'PT1H' },
    priority: 'event.data.p',
    timeLimit: 'P7D',
    goal: { event: 'back', ends: true },
  })
  assert.equal(new Set(rules.flatMap(({ en, es }) => [en, es])).size, 16)
  assert.deepEqual(rulesOf({ goal: { event: 'back' } }), [])
})
