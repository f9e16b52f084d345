import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, effect, event, flowOf, graph, KNOWN, NOTHING_KNOWN } from '#flows/testing.ts'

const nudge = flowOf(
  graph(
    [
      ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
      [
        'tell',
        'notify',
        { content: { body: 'x' }, channels: ['push'], deepLink: true, dedupeKey: '{{ encounter.stageKey }}' },
      ],
    ],
    ['start tell'],
  ),
)

test('a conversation that nobody has written down yet is known to texts by what its event tells', () => {
  const told = effect(begin(nudge, event('encounter.tmipw_expired'), NOTHING_KNOWN), 'notify')
  assert.equal(told.dedupeKey, 'e1/0')
  assert.deepEqual(told.scope.encounter, { id: 'e1', stageKey: 'e1/0', contactId: 'p1', queueId: 'q1' })
  const known = effect(
    begin(nudge, event('encounter.tmipw_expired'), { ...KNOWN, encounter: { id: 'e1', stageKey: 'e1/3' } }),
    'notify',
  )
  assert.equal(known.dedupeKey, 'e1/3')
})

test('what only its row tells is still unknown', () => {
  const asks = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['say', 'message', { text: '{{ encounter.status }}' }],
      ],
      ['start say'],
    ),
  )
  assert.match(begin(asks, event('go'), NOTHING_KNOWN).run.failure?.cause ?? '', /encounter\.status/)
})

test('a text with an @ that is no address reaches nobody: it is not taken for the name of a device', () => {
  const asking = (type: string, data: object, way: string) =>
    flowOf(
      graph(
        [
          ['start', 'trigger', { event: 'go' }],
          ['ask', type, { to: '{{ event.data.who }}', ...data }],
          ['done', 'end'],
        ],
        ['start ask', `ask${way} done`],
      ),
    )
  const approval = asking('approval', { text: 'May I?' }, '.approved')
  const notify = asking('notify', { content: { body: 'x' }, channels: ['push', 'email'] }, '.sent')
  for (const flow of [approval, notify]) {
    for (const who of ['a@b@c,d@e', 'boss@x.test\nBcc: all@x.test', '@']) {
      const { run } = begin(flow, event('go', { who }))
      assert.equal(run.failure?.cause, 'what it gives as an e-mail address is none', who)
    }
    assert.equal(begin(flow, event('go', { who: 'boss@x.test' })).run.failure, null)
  }
})
