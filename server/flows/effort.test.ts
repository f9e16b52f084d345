import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#flows/run.ts'
import { begin, event, flowOf, graph, on, timer } from '#flows/testing.ts'

/* What a flow may compute within its limits must not keep the program from everybody else. */

/** Goes through some 5,400 parts, and says little. */
const HEAVY =
  "{% for i in (1..73) %}{% for j in (1..73) %}{% if event.subject == 'x' %}x{% endif %}{% endfor %}{% endfor %}ok"

const looping = flowOf(
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['each', 'forEach', { items: 'event.data.list', as: 'item', limit: 100 }],
      ['say', 'emit', { type: 'said', data: { item: '{{ vars.item }}', text: HEAVY } }],
      ['over', 'end', { outcome: 'over' }],
    ],
    ['start each', 'each.item say', 'each.done over'],
  ),
)

test('a run that computes much lets others have their turn, and comes to the same', () => {
  const list = Array.from({ length: 12 }, (_, i) => i)
  let made = begin(looping, event('go', { list }))
  const said: unknown[] = []
  const nodes: string[] = []
  const seen = ({ effects, steps }: typeof made) => {
    said.push(...effects.flatMap((one) => (one.kind === 'emit' ? [one.data] : [])))
    nodes.push(...steps.map(({ nodeId }) => nodeId))
    assert.ok(steps.length <= 6, 'little is done at a time')
  }
  seen(made)
  let turns = 0
  while (made.run.status === 'waiting') {
    turns += 1
    const { run }: { run: Run } = made
    assert.equal(run.parked?.wakeAt, run.startedAt, 'it goes on at once')
    made = on(looping, run, timer(run))
    seen(made)
  }
  assert.ok(turns >= 4)
  assert.deepEqual([made.run.status, made.run.outcome], ['completed', 'over'])
  assert.deepEqual(
    said,
    list.map((item) => ({ item: `${item}`, text: 'ok' })),
  )
  assert.deepEqual(nodes, ['start', ...list.flatMap(() => ['each', 'say']), 'each', 'over'])
})

test('a step that asks for more than a step may fails, and says so', () => {
  const data = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`text${i}`, HEAVY]))
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['say', 'emit', { type: 'said', data }],
      ],
      ['start say'],
    ),
  )
  const { run } = begin(flow)
  assert.deepEqual([run.status, run.failure?.nodeId], ['failed', 'say'])
  assert.equal(run.failure?.cause, 'asks for more computing than one step may')
})

test('branches that compute much wait for their turns each by a visit of its own', () => {
  const texts = { a: HEAVY, b: HEAVY }
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['both', 'parallel'],
        ['one', 'emit', { type: 'one', data: texts }],
        ['two', 'emit', { type: 'two', data: texts }],
        ['three', 'emit', { type: 'three', data: texts }],
        ['four', 'emit', { type: 'four', data: texts }],
        ['all', 'join', { mode: 'all' }],
        ['over', 'end', { outcome: 'over' }],
      ],
      ['start both', 'both one', 'one two', 'both three', 'three four', 'two all', 'four all', 'all over'],
    ),
  )
  let made = begin(flow)
  for (let turns = 0; made.run.status === 'waiting' && turns < 20; turns++) {
    const waits = [made.run.parked, ...(made.run.others ?? [])].filter((one) => one !== null)
    assert.equal(new Set(waits.map(({ visit }) => visit)).size, waits.length)
    const { node, visit } = waits.at(-1) ?? { node: '', visit: 0 }
    made = on(flow, made.run, { kind: 'wake', node, visit })
  }
  assert.deepEqual([made.run.status, made.run.outcome], ['completed', 'over'])
})
