import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, faults, read } from '#flows/portable/testing.ts'

// E-mails of Novu that were written in its editor: people get what they said, never what they are made of.

const text = (said: string, ...marks: object[]) => ({
  type: 'text',
  text: said,
  ...(marks.length > 0 ? { marks } : {}),
})
const variable = (id: string, more = {}) => ({ type: 'variable', attrs: { id, ...more } })
const mail = (controls: object, more = {}) => {
  const workflow = { name: 'W', workflowId: 'w', steps: [{ name: 'Mail', type: 'email', ...controls }], ...more }
  const { graph, notes, spanish } = read('novu', workflow)
  const data = dataOf(graph, 'mail') as { content: { title: string; body: string; html: string } }
  return { graph, notes, spanish, content: data.content }
}

const DOC = {
  type: 'doc',
  content: [
    {
      type: 'heading',
      attrs: { level: 1 },
      content: [text('Hola '), variable('subscriber.firstName', { fallback: 'tú' })],
    },
    {
      type: 'paragraph',
      content: [text('Su cita & más', { type: 'bold' }), { type: 'hardBreak' }, variable('payload.when')],
    },
    {
      type: 'bulletList',
      content: ['a', 'b'].map((one) => ({ type: 'listItem', content: [{ type: 'paragraph', content: [text(one)] }] })),
    },
    {
      type: 'paragraph',
      content: [text('aquí', { type: 'link', attrs: { href: 'payload.url', isUrlVariable: true } })],
    },
    { type: 'button', attrs: { text: 'Ver', url: 'https://x.example/?a=1&b="2"' } },
    {
      type: 'repeat',
      attrs: { each: 'payload.items' },
      content: [{ type: 'paragraph', content: [variable('payload.items.name')] }],
    },
    { type: 'paragraph', attrs: { showIfKey: 'payload.vip' }, content: [text('VIP')] },
    { type: 'hologram' },
  ],
}
const HTML =
  '<h1>Hola {{ contact.name | default: "tú" }}</h1><p><strong>Su cita &amp; más</strong><br>{{ event.data.when }}</p><ul><li><p>a</p></li><li><p>b</p></li></ul><p><a href="{{ event.data.url }}">aquí</a></p><p><a href="https://x.example/?a=1&amp;b=&quot;2&quot;">Ver</a></p>{% for item in event.data.items %}<p>{{ item.name }}</p>{% endfor %}{% if event.data.vip %}<p>VIP</p>{% endif %}'
const WORDS =
  'Hola {{ contact.name | default: "tú" }}\n\nSu cita & más\n{{ event.data.when }}\n- a\n- b\n\naquí ({{ event.data.url }})\nVer: https://x.example/?a=1&b="2"\n{% for item in event.data.items %}{{ item.name }}\n{% endfor %}{% if event.data.vip %}VIP\n{% endif %}'

test('Novu: a body of blocks is a page and its words, as text and as an object, and what is left out is told of', () => {
  for (const body of [DOC, JSON.stringify(DOC)]) {
    const { graph, notes, spanish, content } = mail({ controlValues: { subject: 'Cita', body } })
    assert.deepEqual(content, { title: 'Cita', body: WORDS, html: HTML })
    assert.deepEqual(faults(graph), [])
    assert.ok(notes.includes('Mail: of its body these blocks are not carried over: hologram'))
    assert.match(spanish.join(), /Mail: su cuerpo estaba hecho de bloques/)
  }
})

test('Novu: the first editor keeps its texts and its subject', () => {
  const content = [
    { type: 'text', content: 'Querido <b>{{subscriber.lastName}}</b>&nbsp;sí' },
    { type: 'button', content: 'Abrir', url: 'https://x.example' },
  ]
  const made = mail({ template: { type: 'email', subject: 'Hola', content, contentType: 'editor' } })
  assert.deepEqual(made.content, {
    title: 'Hola',
    body: 'Querido {{contact.name}} sí\nAbrir: https://x.example',
    html: '<p>Querido <b>{{contact.name}}</b>&nbsp;sí</p><p><a href="https://x.example">Abrir</a></p>',
  })
  assert.deepEqual(faults(made.graph), [])
})

test('Novu: blocks that nobody knows are not published; an answer of its API is taken as it is', () => {
  for (const body of [{ root: { type: 'EmailLayout' } }, '{"root":{"type":"EmailLayout"}}', [{ type: 'x' }]]) {
    const { graph, notes } = mail({ controlValues: { subject: 'Cita', body } })
    assert.match(faults(graph).join(), /^mail /)
    assert.match(notes.join(), /Mail: its body is made of blocks that nothing here reads/)
    assert.equal(graph.nodes.find(({ id }) => id === 'mail')?.type, 'novu.email')
  }
  let deep: object = { type: 'paragraph', content: [text('down here')] }
  for (let i = 0; i < 5_000; i++) deep = { type: 'section', content: [deep] }
  assert.match(
    mail({ controlValues: { subject: 's', body: { type: 'doc', content: [deep] } } }).notes.join(),
    /blocks.*: …/,
  )
  const workflow = { name: 'W', workflowId: 'w', steps: [{ name: 'S', type: 'sms', controlValues: { body: 'x' } }] }
  for (const answer of [{ data: workflow }, { result: { data: workflow } }, { result: workflow }])
    assert.equal(read('novu', answer).graph.nodes.length, 2)
})
