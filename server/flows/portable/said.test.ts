import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCel, resultOf } from '#flows/cel.ts'
import { dataOf, read, ways } from '#flows/portable/testing.ts'
import type { Json } from '#platform/event.ts'

// Typebot: texts with variables, moments, e-mails, and choices as people write them in a chat.

const bot = (...blocks: object[]) =>
  read('typebot', {
    variables: ['Name', 'Etiqueta'].map((name) => ({ id: name, name })),
    groups: [{ id: 'g', title: 'g', blocks: blocks.map((block, i) => ({ id: `b${i}`, ...block })) }],
    edges: [],
  })
const set = (options: object) => bot({ type: 'Set variable', options: { variableId: 'Etiqueta', ...options } })
const given = (source: string, more: { vars?: { [name: string]: Json }; last?: Json }) => {
  const { cel, faults: wrong } = compileCel(source, 'value')
  assert.ok(cel, JSON.stringify(wrong))
  const scope = { now: new Date(0), event: null, last: null, contact: null, encounter: null, queue: null, vars: {} }
  return resultOf(cel, { ...scope, ...more })
}
const keptOf = ({ graph }: ReturnType<typeof read>) =>
  (dataOf(graph, 'g-1') as { vars: { Etiqueta: string } }).vars.Etiqueta

test('Typebot: what is no JavaScript is a text with its variables, and what is stays as it was written', () => {
  const vars = { Name: 'Ana' }
  for (const [written, made] of [
    ['Paciente {{Name}}', 'Paciente Ana'],
    ['¿Cómo está, {{Name}}? (hoy)', '¿Cómo está, Ana? (hoy)'],
    ['{{Name}} {{Name}}', 'Ana Ana'],
    ['Total: {{Name}}', 'Total: Ana'],
  ] as const) {
    const read = set({ expressionToEvaluate: written, isCode: false })
    assert.equal(given(keptOf(read), { vars }), made)
    assert.equal(read.notes.length, 1, read.notes.join())
  }
  for (const code of ['return {{Name}} + 1', '{{Name}} + {{Name}}', '{{Name}}.trim()', '"a" + {{Name}}']) {
    const read = set({ expressionToEvaluate: code, isCode: true })
    assert.equal(keptOf(read), code)
    assert.match(read.notes.join(), /g 1: its value is JavaScript/)
  }
})

test('Typebot: moments are found out here too', () => {
  const moment = (type: string) => given(keptOf(set({ type })), {})
  assert.deepEqual(['Now', 'Today', 'Tomorrow', 'Yesterday'].map(moment), [
    '1970-01-01T00:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
    '1970-01-02T00:00:00.000Z',
    '1969-12-31T00:00:00.000Z',
  ])
})

test('Typebot: an e-mail is told by e-mail, and what of it is left out is told of', () => {
  const { graph, spanish } = bot({
    type: 'Email',
    options: {
      credentialsId: 'default',
      recipients: ['{{Name}}', 'b@x.cl'],
      subject: 'Reclamo de {{Name}}',
      body: '<p>Hola</p>',
      isBodyCode: true,
      cc: ['c@x.cl'],
    },
  })
  assert.deepEqual(dataOf(graph, 'g-1'), {
    content: { title: 'Reclamo de {{ vars.Name | default: "" }}', body: 'Hola', html: '<p>Hola</p>' },
    channels: ['email'],
    to: { address: '{{ vars.Name | default: "" }}' },
  })
  assert.deepEqual(
    spanish.slice(1).map((note) => note.slice(5)),
    [
      'sale por el servidor de correo de esta instalación, no por el de Typebot',
      'sus copias no se trasladan (Cc: c@x.cl): cada una necesita un paso propio',
      'iba a varias direcciones; un paso avisa a una: cada una necesita el suyo',
    ],
  )
  assert.match(bot({ type: 'Email', options: { subject: 'x' } }).spanish.join(), /no hay un paso como «Email»/)
})

test('Typebot: a choice is taken without its accents too, unless that is another choice', () => {
  const { graph } = bot(
    {
      type: 'choice input',
      items: [
        { content: 'Sí', value: 'yes' },
        { content: 'Ñandú', outgoingEdgeId: 'e' },
        { content: 'Rio' },
        { content: 'Río' },
      ],
    },
    { type: 'text', content: { plainText: 'x' } },
  )
  const { cases } = dataOf(graph, 'g-1-fits') as { cases: { when: string }[] }
  const { vars } = dataOf(graph, 'g-1-kept') as { vars: { g_1_answer: string } }
  const said = (text: string) => {
    const last = { data: { text } }
    return given(cases[0]?.when ?? '', { last }) ? given(vars.g_1_answer, { last }) : null
  }
  assert.deepEqual(['si', 'SÍ', ' Si ', 'nandu', 'rio', 'río', 'no'].map(said), [
    ...['yes', 'yes', 'yes', 'Ñandú', 'Rio', 'Río'],
    null,
  ])
  assert.deepEqual(dataOf(graph, 'g-1-chosen'), {
    cases: [{ handle: 'choice-1', when: 'last.data.text.trim().lowerAscii() in ["ñandú", "nandu"]' }],
  })
  assert.ok(ways(graph).includes('g-1-chosen.else g-2'))
})

test('Typebot: what a question says beside its words is told in plain words', () => {
  const { spanish } = bot({
    type: 'email input',
    options: { labels: { placeholder: 'Su correo' }, retryMessageContent: 'Otra vez', buttonLabel: 'Enviar' },
  })
  assert.deepEqual(spanish.slice(1), [
    'g 1: no se comprueba que la respuesta sea un correo',
    'g 1: la pista de su campo no se muestra (Su correo); dila en el mensaje anterior',
    'g 1: lo que decía ante una respuesta que no sirve no se traslada (Otra vez)',
  ])
})
