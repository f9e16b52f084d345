import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'

const T = 'long-numbers'
/** JavaScript would make 9007199254740992 of it: the order of somebody else. */
const ORDER = '9007199254740993'

let h: FlowsHarness
let url: string
const asked: { path: string; body: string }[] = []
/** Another system whose ids have 64 bits. */
const shop = createServer(async (request, response) => {
  asked.push({ path: request.url ?? '', body: await text(request) })
  response.setHeader('content-type', 'application/json').end(`{"invoice":${ORDER}5}`)
})
before(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(shop.address() as { port: number }).port}`
  h = await openFlows()
})
after(async () => {
  await h?.close()
  shop.close()
})

test('a number of 64 bits goes through a flow digit by digit, from an event and from an answer', async () => {
  await h.people(T)
  const id = await h.published(
    T,
    'Orders',
    graph(
      [
        ['start', 'trigger', { event: 'order.paid', where: `event.data.order == "${ORDER}"` }],
        ['keep', 'set', { vars: { order: 'event.data.order' } }],
        [
          'call',
          'http',
          {
            method: 'POST',
            url: `${url}/orders/{{ event.data.order }}`,
            body: '{"order": {{ vars.order }}, "count": {{ event.data.count }}}',
            save: 'answer',
          },
        ],
        ['again', 'http', { method: 'GET', url: `${url}/invoices/{{ vars.answer.body.invoice }}` }],
        ['end', 'end'],
      ],
      ['start keep', 'keep call', 'call.ok again', 'again.ok end'],
    ),
  )
  const sent = `{"specversion":"1.0","id":"o1","source":"shop","type":"order.paid","subject":"enc","data":{"order":${ORDER},"count":2}}`
  const { status } = await h.call(T, 'POST', '/api/v1/events', sent, { 'content-type': 'application/cloudevents+json' })
  assert.equal(status, 202)
  await h.comesTo(T, id, 'completed')
  assert.deepEqual(asked, [
    { path: `/orders/${ORDER}`, body: `{"order": ${ORDER}, "count": 2}` },
    { path: `/invoices/${ORDER}5`, body: '' },
  ])
  const { data, raw } = await h.ok(T, 'GET', '/api/v1/events/o1?source=shop')
  assert.deepEqual([data, raw], [{ order: ORDER, count: 2 }, sent])
})
