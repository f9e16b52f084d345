import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { begin, event, flowOf, graph, NOW, on } from '#flows/testing.ts'

/* What ends runs from outside. */

const drawn = (cancelOn: readonly unknown[], settings: object = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['stay', 'waitForEvent', { event: 'done' }],
    ],
    ['start stay', 'stay.event stay'],
    { key: 'event.data.lead', cancelOn, ...settings },
  )
const LEAD = { lead: 'l1', contactId: 'p1' }
const came = (type: string, data: object, position = 9) =>
  ({ kind: 'event', event: event(type, data as never, 'elsewhere'), position }) as const

describe('what ends runs from outside', () => {
  it('finds a run by its key, and by its person only where the rule says so', () => {
    const byKey = flowOf(drawn(['stop']))
    const { run } = begin(byKey, event('go', LEAD))
    assert.equal(on(byKey, run, came('stop', { contactId: 'p1' })).run, run)
    assert.equal(on(byKey, run, came('stop', { lead: 'l1' })).run.status, 'cancelled')
    const byPerson = flowOf(drawn([{ event: 'stop', samePerson: true }]))
    const other = begin(byPerson, event('go', LEAD)).run
    assert.equal(on(byPerson, other, came('stop', { lead: 'l1', contactId: 'p2' })).run, other)
    assert.equal(on(byPerson, other, came('stop', { lead: 'l1' })).run, other, 'nobody is named')
    const ended = on(byPerson, other, came('stop', { patient_id: 'p1' })).run
    assert.deepEqual([ended.status, ended.outcome], ['cancelled', 'cancelled by stop'])
  })

  it('ends a run without a key by its person, and lets no other event at it', () => {
    const flow = flowOf(drawn([{ event: 'stop', samePerson: true }]))
    const { run } = begin(flow, event('go', {}))
    assert.equal(run.key, null)
    assert.equal(on(flow, run, came('done', {})).run, run)
    assert.equal(on(flow, run, came('stop', { contactId: 'p1' })).run.status, 'cancelled')
  })

  it('asks its condition of the event that came; what cannot be answered does not hold', () => {
    const flow = flowOf(drawn([{ event: 'said', where: "last.data.from == 'agent'" }]))
    const { run } = begin(flow, event('go', LEAD))
    for (const data of [{ lead: 'l1', from: 'bot' }, { lead: 'l1' }])
      assert.equal(on(flow, run, came('said', data)).run, run)
    assert.equal(on(flow, run, came('said', { lead: 'l1', from: 'agent' }), NOW + 1).run.status, 'cancelled')
  })

  it('refuses conditions on what is not known of everything that it ends', () => {
    const { faults } = compileGraph(
      drawn([{ event: 'a', where: 'event.data.x == 1' }, { event: 'b.*' }, { event: 'c', when: 'true' }, 'd']),
    )
    const told = (faults ?? []).map(({ path, says }) => `${path}: ${says.en}`).join('\n')
    assert.match(told, /settings\.cancelOn\.0\.where: knows only last/)
    assert.match(told, /settings\.cancelOn\.1/)
    assert.match(told, /settings\.cancelOn\.2/)
    assert.doesNotMatch(told, /cancelOn\.3/)
  })
})
