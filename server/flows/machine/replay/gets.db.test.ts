import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows } from '#flows/testing-program.ts'

/* Whatever people and other systems would get otherwise is a difference, and when they would. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000
type Data = { [name: string]: unknown }
type Change = { [node: string]: Data }

/** Tells in chat, by push and in chat again, calls, acts, and closes four hours later. */
function drawn(call: string, change: Change = {}) {
  const nodes: [id: string, type: string, data: Data][] = [
    ['start', 'trigger', { event: 'went.quiet' }],
    ['hello', 'message', { text: 'Hola' }],
    ['push', 'notify', { channels: ['push'], content: { body: 'Vuelva a las {{ now }}' }, deepLink: true }],
    ['bye', 'message', { text: 'Adiós' }],
    ['http', 'http', { method: 'POST', url: call, headers: { 'x-of': 'us' }, body: { who: '{{ contact.name }}' } }],
    ['emit', 'emit', { type: 'told.it', data: { at: '{{ now }}' } }],
    ['tag', 'tag', { tags: ['vip'] }],
    ['assign', 'assign', { team: 'night' }],
    ['extend', 'extend', { by: 'PT1H' }],
    ['wait', 'wait', { for: 'PT4H' }],
    ['late', 'message', { text: 'Cerramos' }],
    ['close', 'close', { reason: 'gone' }],
  ]
  const ids = nodes.map(([id]) => id)
  return graph(
    nodes.map(([id, type, data]) => [id, type, { ...data, ...change[id] }] as const),
    ids.slice(1).map((id, i) => `${ids[i]} ${id}`),
  )
}

test('another receiver, link, call, event or deed, and another time of any, is told', async () => {
  const tenant = 'gets'
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
  for (const id of ['ana', 'eva']) {
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${id}`, { name: id, locale: 'es', addresses: { push: `of-${id}` } })
  }
  const talk = { id: 'talk', queueId: 'q', contactId: 'ana', channel: 'chat' }
  await flows.ok(tenant, 'POST', '/api/v1/encounters', talk)
  const call = `${flows.receiver.url}/ask`
  const flow = await flows.published(tenant, 'F', drawn(call))
  const from = flows.clock.now() - 1
  await flows.tell(tenant, 'went.quiet', 'talk')
  await flows.stands(tenant, flow, 'wait')
  await flows.settled()
  // Busy: it is closed half an hour late, and would not be.
  await flows.pass(4 * HOUR + 30 * MINUTE)
  const [run] = await flows.comesTo(tenant, flow, 'completed')
  await flows.settled()
  flows.clock.advance(MINUTE)

  const kindsWith = async (change: Change) => {
    await flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn(call, change))
    const { kinds, examples } = await replayed(flows, tenant, flow, from)
    const says = examples[0]?.differences.map(({ says: { en } }: { says: { en: string } }) => en) ?? []
    return [kinds.map(({ kind }: { kind: string }) => kind).join(), says[0]]
  }
  const as = await replayed(flows, tenant, flow, from, { version: 1 })
  assert.deepEqual([as.same, as.examples], [1, []])

  assert.deepEqual(await kindsWith({ push: { to: { contactId: 'eva' }, deepLink: false } }), [
    'otherReceiver,otherLink',
    'step push (Notify) would tell it to somebody else: eva',
  ])
  assert.deepEqual(await kindsWith({ push: { deepLink: false } }), [
    'otherLink',
    'step push (Notify) would bring no link',
  ])
  assert.deepEqual(await kindsWith({ push: { deepLink: 'https://example.com/' } }), [
    'otherLink',
    'step push (Notify) would lead elsewhere with its link',
  ])
  const changes: [change: Change, says: string][] = [
    [
      { http: { url: `${call}/other` } },
      `step http (Call a service) would do it otherwise: the address “${call}” → “${call}/other”`,
    ],
    [{ http: { method: 'PUT' } }, 'step http (Call a service) would do it otherwise: the method “POST” → “PUT”'],
    [
      { http: { body: { who: 'x' } } },
      'step http (Call a service) would do it otherwise: the text {"who":"{{ contact.name }}"} → {"who":"x"}',
    ],
    [{ http: { headers: {} } }, 'step http (Call a service) would do it otherwise: the header {"x-of":"us"} → {}'],
    [
      { emit: { type: 'told.more' } },
      'step emit (Publish an event) would do it otherwise: the type “told.it” → “told.more”',
    ],
    [{ tag: { tags: ['gold'] } }, 'step tag (Tag the conversation) would do it otherwise: the labels “vip” → “gold”'],
    [
      { assign: { team: 'day' } },
      'step assign (Assign to a team or person) would do it otherwise: the team “night” → “day”',
    ],
    [
      { extend: { by: 'PT2H' } },
      'step extend (Extend the conversation) would do it otherwise: the extension “PT1H” → “PT2H”',
    ],
    [
      { close: { reason: 'over' } },
      'step close (Close the conversation) would do it otherwise: the reason “gone” → “over”',
    ],
  ]
  for (const [change, says] of changes) assert.deepEqual(await kindsWith(change), ['deedChanged', says])

  // Half an hour of it was late.
  assert.deepEqual(await kindsWith({ wait: { for: 'PT1H' } }), [
    'otherTime,deedTime,endTime',
    'step late (Write in the conversation) would tell it 3 h 30 min earlier',
  ])
  // What is told otherwise hides no other time.
  assert.deepEqual(await kindsWith({ wait: { for: 'PT2H' }, late: { text: 'Hasta pronto' } }), [
    'messageChanged,otherTime,deedTime,endTime',
    'step late (Write in the conversation) would tell something else: the text',
  ])
  const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${run.id}/replay`, { version: 1 })
  const said = ({ said: all }: { said: { nodeId: string }[] }) => all.map(({ nodeId }) => nodeId)
  const inOrder = ['hello', 'push', 'bye', 'late']
  assert.deepEqual([again.same, said(again.real), said(again.draft)], [true, inOrder, inOrder])
})
