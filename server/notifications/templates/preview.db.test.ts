import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'

let program: FlowsHarness
before(async () => {
  program = await openFlows()
})
after(() => program?.close())

const preview = (key: string, asked: object) => program.ok('shop', 'POST', `/api/v1/templates/${key}/preview`, asked)

test('every template that ships can be seen without giving it anything', async () => {
  const { items } = await program.ok('shop', 'GET', '/api/v1/templates')
  assert.ok(items.length > 10)
  for (const { key, texts } of items) {
    for (const { channel, locale } of texts) {
      const { title, body } = await preview(key, { channel, locale })
      assert.doesNotMatch(`${title}${body}`, /[{}]|null|undefined/)
    }
  }
})

test('what a preview was filled in with is told, can be changed, and gives way to real people', async () => {
  await program.people('shop')
  const asked = { channel: 'push', locale: 'es' }
  const { body, sample } = await preview('appointment-reminder', asked)
  assert.match(body, /su cita de Kinesiología/)
  const { event } = sample
  const changed = { event: { ...event, data: { ...event.data, service: 'Dental' } } }
  const real = await preview('appointment-reminder', { ...asked, contactId: 'maria', sample: changed })
  assert.match(real.body, /su cita de Dental/)
  assert.deepEqual(real.sample, changed)
  assert.match((await preview('come-back', { ...asked, contactId: 'maria' })).title, /María/)
})

test('a text that asks for what nobody gave is shown with blanks that are called so', async () => {
  const texts = {
    title: '{{ vars.cita.hora | date: "%H" | size }}',
    body: 'Su hora es {{ vars.cita.lugar }}, {{ event.data.who | default: "tú" }}.{% if data.paid == "data.x" %} Pagada.{% endif %}',
  }
  const { title, body, sample } = await preview('of-the-shop', { channel: 'push', texts })
  assert.deepEqual([title, body], ['2', 'Su hora es «lugar», «who».'])
  assert.deepEqual(Object.keys(sample).sort(), ['data', 'event', 'vars'])
  assert.deepEqual(sample.data, { paid: '«paid»' })
})

test('a text that asks for the conversation is shown with one of nobody', async () => {
  const texts = { body: '{{ encounter.channel }} {{ encounter.status }} {{ queue.name }}' }
  assert.equal((await preview('of-the-shop', { channel: 'push', texts })).body, 'webchat warned Coach')
})

test('behind the versions of one’s own stands the text that ships, as something to go back to', async () => {
  const url = '/api/v1/templates/come-back/versions?channel=push&locale=es'
  const listed = async (more = '') => {
    const { items, nextCursor } = await program.ok('versions', 'GET', `${url}${more}`)
    const rows = items.map(
      ({ version, builtIn, createdAt }: { version: number; builtIn: boolean; createdAt: string }) => [
        version,
        builtIn,
        createdAt === null,
      ],
    )
    return { rows, nextCursor }
  }
  assert.deepEqual((await listed()).rows, [[0, true, true]])
  await program.ok('versions', 'PUT', '/api/v1/templates/come-back', { channel: 'push', locale: 'es', body: 'Vuelva' })
  assert.deepEqual((await listed()).rows, [
    [1, false, false],
    [0, true, true],
  ])
  const { rows, nextCursor } = await listed('&limit=1')
  assert.deepEqual(rows, [[1, false, false]])
  const rest = await listed(`&limit=1&cursor=${nextCursor}`)
  assert.deepEqual([rest.rows, rest.nextCursor], [[[0, true, true]], null])
})
