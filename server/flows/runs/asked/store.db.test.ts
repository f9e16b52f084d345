import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const drawn = (event: string) =>
  graph(
    [
      ['start', 'trigger', { event }],
      ['first', 'notify', { content: { title: 'Hola', body: 'Le esperamos' }, channels: ['inbox'] }],
      ['again', 'notify', { content: { title: 'Hola', body: 'Le esperamos' }, channels: ['inbox'] }],
      ['end', 'end', {}],
    ],
    ['start first', 'first again', 'again end'],
  )

test('a notification tells flow, run, conversation and step that asked for it, though others say the same', async () => {
  const tenant = 'asked'
  await flows.people(tenant)
  const [one, other] = [
    await flows.published(tenant, 'Uno', drawn('go')),
    await flows.published(tenant, 'Otro', drawn('went')),
  ]
  await flows.tell(tenant, 'go', 'enc', { patient_id: 'maria' })
  await flows.tell(tenant, 'went', 'maria', { patient_id: 'maria' })
  await flows.comesTo(tenant, one, 'completed')
  await flows.comesTo(tenant, other, 'completed')
  await flows.ok(tenant, 'POST', '/api/v1/notifications', {
    to: { contactId: 'maria' },
    content: { body: 'Por la API' },
    channels: ['inbox'],
  })
  const items = await until(
    'five notifications',
    () => flows.notificationsOf(tenant),
    (found) => found.length === 5,
  )
  const names = items.map(({ askedBy }: { askedBy: { flowName: string } | null }) => askedBy?.flowName ?? null)
  assert.deepEqual(names.sort(), ['Otro', 'Otro', 'Uno', 'Uno', null])
  for (const [flowId, flowName, conversationId] of [
    [one, 'Uno', 'enc'],
    [other, 'Otro', null],
  ] as const) {
    const { id: runId, version } = await flows.runOf(tenant, flowId)
    const steps = []
    for (const { id, askedBy } of items) {
      if (askedBy?.flowId !== flowId) continue
      assert.deepEqual(askedBy, { flowId, flowName, runId, conversationId })
      const { step, ...same } = (await flows.ok(tenant, 'GET', `/api/v1/notifications/${id}`)).askedBy
      assert.deepEqual(same, askedBy)
      assert.deepEqual(step, { ...step, label: null, version })
      steps.push(step.nodeId)
    }
    assert.deepEqual(steps.sort(), ['again', 'first'])
  }
})
