import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#flows/run.ts'
import { begin, flowOf, graph, inARow, NOW, on, outcome, timer } from '#flows/testing.ts'

test('an id of 64 bits in the answer of a model is kept digit by digit', () => {
  const schema = { type: 'object', properties: { id: { type: ['string', 'integer'] }, n: { type: 'integer' } } }
  const flow = inARow([['ask', 'llm', { prompt: 'Say', schema, save: 'said' }]])
  const { run } = begin(flow)
  const content = '{"id": 9007199254740993, "n": 7}'
  const { vars } = on(flow, run, outcome(run, 'ok', { content, finishReason: 'stop' })).run
  assert.deepEqual(vars.said, { id: '9007199254740993', n: 7 })
})

test('an answer that does not fit leaves nothing behind of an earlier one', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['ask', 'llm', { prompt: 'Say', schema, save: 'said' }],
        ['pause', 'wait', { for: 'PT1H' }],
        ['stop', 'wait', { for: 'PT1H' }],
      ],
      ['start ask', 'ask.ok pause', 'pause ask', 'ask.error stop'],
    ),
  )
  const says = (run: Run, content: string) => on(flow, run, outcome(run, 'ok', { content, finishReason: 'stop' })).run
  for (const second of ['{"n": "many"}', 'no JSON', '{"n": 1']) {
    const once = says(begin(flow).run, '{"n": 7}')
    assert.deepEqual(once.vars.said, { n: 7 })
    const { vars, parked } = says(on(flow, once, timer(once), NOW + 3_600_000).run, second)
    assert.deepEqual([vars.said, parked?.node], [null, 'stop'], second)
  }
})

test('an answer of a model is read between its fences, and one of nothing but spaces at once', () => {
  const flow = inARow([['ask', 'llm', { prompt: 'Say', schema: { type: 'object' }, save: 'said' }]])
  const { run } = begin(flow)
  const told = (content: string) => on(flow, run, outcome(run, 'ok', { content, finishReason: 'stop' })).run
  for (const content of [
    '{"a": 1}',
    ' ```json\n{"a": 1}\n``` ',
    '```\n{"a": 1}```',
    'Claro, aquí está:\n```JSON\n{"a": 1}\n```\n¿Algo más?',
  ]) {
    assert.deepEqual(told(content).vars.said, { a: 1 }, content)
  }
  assert.deepEqual(told('{"a": "```x```"}').vars.said, { a: '```x```' })
  const began = process.cpuUsage()
  assert.match(told(`\`\`\`${' '.repeat(3_000)}`).failure?.cause ?? '', /is no JSON/)
  const { user, system } = process.cpuUsage(began)
  assert.ok(user + system < 500_000, `${(user + system) / 1_000} ms`)
})

test('an answer that was cut, withheld or empty is an error, of a text as of JSON', () => {
  const flow = inARow([['ask', 'llm', { prompt: 'Say', save: 'said' }]])
  const { run } = begin(flow)
  for (const [content, finishReason, cause] of [
    ['Hola, esto queda a med', 'length', 'the answer was cut: it needs more tokens than maxTokens'],
    ['Hola', 'content_filter', 'the language model withheld its answer'],
    [' \n', 'stop', 'the answer is empty'],
  ] as const) {
    const told = on(flow, run, outcome(run, 'ok', { content, finishReason })).run
    assert.equal(told.failure?.cause, cause)
  }
})
