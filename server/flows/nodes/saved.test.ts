import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advance } from '#flows/interpreter.ts'
import { begin, env, event, flowOf, graph, NOW, on, outcome, starting } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

test('what could not even be asked for saves why, in the place of what an earlier visit got', () => {
  const unable = { ...env(), unable: () => ({ en: 'it is not set up', es: 'no está disponible' }) }
  const asks: [type: string, data: object, saved: Json][] = [
    ['bookSlot', { serviceId: 's', start: '2026-05-02T15:30:00-03:00' }, { error: 'it is not set up' }],
    ['createComplaint', { description: 'd' }, { error: 'it is not set up' }],
    ['llm', { prompt: 'p' }, null],
    ['http', { url: '{{ event.data.where }}' }, { error: 'the URL must be an absolute http or https URL' }],
  ]
  for (const [type, data, saved] of asks) {
    const flow = flowOf(
      graph(
        [
          ['start', 'trigger', { event: 'go' }],
          ['before', 'set', { vars: { answer: '"of an earlier visit"' } }],
          ['ask', type, { ...data, save: 'answer' }],
          ['on', 'end'],
        ],
        ['start before', 'before ask', 'ask.error on'],
      ),
    )
    const made = advance(flow, null, starting(event('go', { where: 'nowhere' })), NOW, unable)
    assert.deepEqual([type, made.run.status, made.run.vars.answer], [type, 'completed', saved])
  }
})

test('of an answer that came and cannot be kept is saved why, in the place of an earlier one', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['before', 'set', { vars: { answer: '"of an earlier visit"' } }],
        ['ask', 'http', { url: 'https://example.com', save: 'answer' }],
        ['on', 'end'],
      ],
      ['start before', 'before ask', 'ask.error on'],
    ),
  )
  const { run } = begin(flow)
  const json = { 'content-type': 'application/json' }
  const saved = (value: Json) => on(flow, run, outcome(run, 'ok', value)).run.vars.answer
  assert.deepEqual(saved({ status: 200, headers: json, body: 'no JSON' }), {
    error: 'the answer says that it is JSON, and is not',
    status: 200,
  })
  assert.deepEqual(saved({ status: 201, body: 'x', truncated: true }), {
    error: 'the answer is too long: it was cut after 64 kB',
    status: 201,
  })
})
