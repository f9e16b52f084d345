import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, effect, event, flowOf, graph, inARow, KNOWN, NOTHING_KNOWN, NOW, on } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

/*
 * What a run does to its conversation is carried out after the advance; the steps that follow in it see the conversation as
 * it will be then.
 */

const HERE = { id: 'e1', status: 'open', round: 0, stageKey: 'e1/0', handling: 'queued', team: null, tags: ['a'] }
const facts = (encounter: Json = HERE) => ({ ...KNOWN, encounter })
const asked = { seen: "'vip' in encounter.tags", tags: 'encounter.tags', status: 'encounter.status' }

test('conditions and texts behind a tag see it, and what the run began with is left as it was', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['before', 'message', { text: '{{ encounter.tags | join: " " }}' }],
        ['mark', 'tag', { tags: ['vip', 'a'] }],
        ['which', 'branch', { cases: [{ handle: 'vip', when: asked.seen }] }],
        ['say', 'message', { text: '{{ encounter.tags | join: " " }}' }],
        ['tell', 'notify', { content: { body: 'x' }, channels: ['push'] }],
        ['no', 'end', { outcome: 'not seen' }],
      ],
      ['start before', 'before mark', 'mark which', 'which.vip say', 'which.else no', 'say tell'],
    ),
  )
  const known = facts()
  const made = begin(flow, event('go'), known)
  const said = made.effects.flatMap((one) => (one.kind === 'message' ? [one.text] : []))
  assert.deepEqual(said, ['a', 'a vip'])
  assert.deepEqual(effect(made, 'notify').scope.encounter, { ...HERE, tags: ['a', 'vip'] })
  assert.deepEqual(made.encounter, { ...HERE, tags: ['a', 'vip'] })
  assert.deepEqual(known, facts())
  assert.equal(begin(flow, event('go'), facts({ ...HERE, tags: ['a', 'vip'] })).encounter, undefined, 'had it already')
})

test('another hand takes a warning back; a closed conversation takes none', () => {
  const vars = { who: '[encounter.team, encounter.handling, encounter.status, encounter.stageKey]' }
  const flow = inARow([
    ['hand', 'assign', { team: 'night' }],
    ['look', 'set', { vars }],
  ])
  const who = (encounter: Json) => begin(flow, event('go'), facts(encounter)).run.vars.who
  assert.deepEqual(who({ ...HERE, status: 'warned' }), ['night', 'assigned', 'open', 'e1/1'])
  assert.deepEqual(who({ ...HERE, status: 'closed' }), [null, 'queued', 'closed', 'e1/0'])
})

test('a close is seen where it is sure: not where a sign of life may call it off still', () => {
  const drawn = (trigger: string) =>
    flowOf(
      graph(
        [
          ['start', 'trigger', { event: trigger }],
          ['bye', 'close', { reason: 'done' }],
          ['look', 'set', { vars: { how: 'encounter.status' } }],
        ],
        ['start bye', 'bye look'],
      ),
    )
  const made = begin(drawn('go'), event('go'), facts())
  assert.deepEqual(made.run.vars, { how: 'closed' })
  assert.partialDeepStrictEqual(made.encounter, { closedAt: new Date(NOW).toISOString(), closeReason: 'done' })
  const silent = 'encounter.tmipw_expired'
  const unsure = begin(drawn(silent), event(silent), facts({ ...HERE, status: 'warned' }))
  assert.deepEqual([unsure.run.vars.how, unsure.encounter], ['warned', undefined])
})

test('branches of one advance see what those before them did; one that nobody knows stays unknown', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['fork', 'parallel'],
        ['mark', 'tag', { tags: ['vip'] }],
        ['look', 'set', { vars: { tags: asked.tags } }],
      ],
      ['start fork', 'fork mark', 'fork look'],
    ),
  )
  assert.deepEqual(begin(flow, event('go'), facts()).run.vars.tags, ['a', 'vip'])
  assert.equal(begin(flow, event('go'), NOTHING_KNOWN).encounter, undefined)
})

test('the next advance sees the world as it is told', () => {
  const flow = inARow([
    ['mark', 'tag', { tags: ['vip'] }],
    ['hear', 'waitForEvent', { event: 'x', timeout: 'PT1H' }],
    ['look', 'set', { vars: { tags: asked.tags } }],
  ])
  const { run } = begin(flow, event('go'), facts())
  const heard = on(flow, run, { kind: 'event', event: event('x'), position: 2 }, NOW, facts({ ...HERE, tags: [] }))
  assert.deepEqual([heard.run.vars.tags, heard.encounter], [[], undefined])
})
