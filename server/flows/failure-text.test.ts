import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compileCel, holds, momentOf, resultOf, type Scope } from '#flows/cel.ts'
import { failureText, inSpanish } from '#flows/failure-text.ts'
import { begin, event, flowOf, graph } from '#flows/testing.ts'
import type { Json } from '#platform/event.ts'

test('a failure says which step, of what kind, and why, in both languages', () => {
  assert.deepEqual(failureText({ nodeId: 'call', type: 'http', cause: 'the receiver answered 500' }), {
    en: 'step call (Call a service) failed: the receiver answered 500',
    es: 'paso call (Llamar a un servicio) falló: el servicio respondió 500',
  })
  assert.equal(inSpanish('at s: the text is empty'), 'en s: el texto está vacío')
  assert.equal(
    inSpanish('the target was not well for longer than the schedule lasts'),
    'el servicio no estuvo en condiciones de responder mientras se podía intentar',
  )
  assert.equal(
    inSpanish('the answer does not fit the schema: /mood must be one of "calm", "angry"'),
    'la respuesta no cumple el esquema: /mood debe ser uno de "calm", "angry"',
  )
  assert.equal(
    inSpanish('the answer does not fit the schema:  must be an object'),
    'la respuesta no cumple el esquema: debe ser un objeto',
  )
  assert.equal(
    inSpanish('the answer of the language model is too long'),
    'la respuesta del modelo de lenguaje es demasiado larga',
  )
  assert.equal(
    inSpanish('the language model answered no completion'),
    'el modelo de lenguaje no respondió como se espera de uno',
  )
  assert.equal(inSpanish('something of a library'), 'something of a library')
})

test('whatever a step of ours says when it cannot be done is known in Spanish', () => {
  const here = new URL('.', import.meta.url)
  const said = globSync('**/*.ts', { cwd: here.pathname })
    .filter((file) => !file.includes('test'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, here), 'utf8').matchAll(/new StepFault\((?:cause \?\? )?(['`])((?:(?!\1).)*)\1/g),
    ])
    .map((found) => (found[2] as string).replace(/\$\{[^}]*(?:\{[^}]*\})?[^}]*\}/g, '7'))
  assert.ok(said.length > 30, `found ${said.length}`)
  assert.deepEqual(
    said.filter((cause) => inSpanish(cause) === cause),
    [],
  )
})

const scope = (data: Json): Scope => ({
  ...{ event: { type: 'go', data }, last: null, contact: null, encounter: null, queue: null },
  ...{ vars: {}, now: new Date(0) },
})
const given = { text: 'x', one: 1, list: [1], long: 'x'.repeat(9_000), many: Array<number>(1_000).fill(1) }

const said = (ask: () => unknown): string => {
  try {
    return `nothing: ${JSON.stringify(ask())}`
  } catch (error) {
    return (error as Error).message
  }
}

test('what conditions and values say when they cannot be answered is known in Spanish', () => {
  const sources = [
    ...['event.data.none', 'contact.name', 'event.data.list[5]', 'event.data.text + 1', '!event.data.text'],
    ...['-event.data.text', 'event.data.one in event.data.one', 'event.data.one.startsWith("x")', 'event.data.one / 0'],
    ...['event.data.text ? 1 : 2', 'event.data.text && true', 'event.data.one.exists(x, x > 1)', '1 / size([])'],
    ...['timestamp(event.data.text)', 'duration(event.data.text)', 'int(event.data.text)', 'double(event.data.text)'],
    ...['now.getHours(event.data.text)', 'event.data.long', 'event.data.many.map(a, event.data.many.map(b, a))'],
  ]
  const causes = [
    ...sources.map((source) => said(() => resultOf(compileCel(source, 'value').cel as never, scope(given)))),
    said(() => momentOf(compileCel('event.data.text', 'time' as never).cel as never, scope(given))),
    said(() => holds(compileCel('event.data.one', 'condition').cel as never, scope(given))),
  ]
  assert.deepEqual(
    causes.filter((cause) => cause.startsWith('nothing') || inSpanish(cause) === cause),
    [],
  )
  assert.equal(inSpanish(causes[0] as string), 'no existe none en event.data.none')
})

test('what texts say when they cannot be made is known in Spanish', () => {
  const round = '{% for i in event.data.many %}'
  const twice = `${round}${round}x{% endfor %}{% endfor %}`
  for (const [text, says] of [
    ['{{ event.data.none }}', /^no hay ningún valor de event\.data\.none \(línea 1\)$/],
    [twice, /^pasa por más de \d+ partes \(línea 1\)$/],
  ] as const) {
    const drawn = [
      ['start', 'trigger', { event: 'go' }],
      ['tell', 'emit', { type: 'a.b', data: { text } }],
    ] as const
    const { run } = begin(flowOf(graph(drawn, ['start tell'])), event('go', given))
    assert.match(inSpanish(run.failure?.cause ?? ''), says)
  }
})
