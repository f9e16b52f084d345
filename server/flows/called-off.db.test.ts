import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { replayed } from '#flows/machine/replay/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'
import { RUN_OVER } from '#notifications/index.ts'

/* What a run asked for is called off with it, also while its provider is away. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const TELL = ['tell', 'notify', { content: { title: 'Hola', body: 'Su hora' }, channels: ['push'] }] as const
const START = ['start', 'trigger', { event: 'go' }] as const
const END = ['end', 'end', { outcome: 'told' }] as const
const inARow = (settings?: object) => graph([START, TELL, END], ['start tell', 'tell end'], settings)

type Way = {
  name: string
  drawn: object
  isOver: [string, string]
  ends(tenant: string, run: string): Promise<unknown>
}
const stops = (tenant: string) => flows.tell(tenant, 'stop', 'enc', { patient_id: 'maria' })
const WAYS: Way[] = [
  {
    name: 'an event that ends it',
    drawn: inARow({ cancelOn: ['stop'] }),
    isOver: ['cancelled', 'cancelled by stop'],
    ends: stops,
  },
  {
    name: 'its goal',
    drawn: inARow({ goal: { event: 'stop', ends: true } }),
    isOver: ['completed', 'goal'],
    ends: stops,
  },
  {
    name: 'its time limit',
    drawn: inARow({ timeLimit: 'PT1H' }),
    isOver: ['failed', ''],
    ends: () => flows.pass(HOUR),
  },
  {
    name: 'somebody',
    drawn: inARow(),
    isOver: ['cancelled', ''],
    ends: (tenant, run) => flows.ok(tenant, 'POST', `/api/v1/runs/${run}/cancel`, {}),
  },
  {
    name: 'another branch',
    drawn: graph(
      [
        START,
        ['fork', 'parallel'],
        TELL,
        ['late', 'waitForEvent', { event: 'stop', timeout: 'P1D' }],
        ['one', 'join', { mode: 'any' }],
        END,
      ],
      ['start fork', 'fork tell', 'fork late', 'tell one', 'late.event one', 'late.timeout one', 'one end'],
    ),
    isOver: ['completed', 'told'],
    ends: stops,
  },
]

type One = { id: string; status: string; reason: string | null; states: { status: string; channel: string | null }[] }
const oneOf = async (harness: FlowsHarness, tenant: string): Promise<One> => {
  const [first] = await harness.notificationsOf(tenant)
  return harness.ok(tenant, 'GET', `/api/v1/notifications/${first.id}`)
}
const turnsTo = (harness: FlowsHarness, tenant: string, status: string): Promise<One> =>
  until(
    `the notification is ${status}`,
    async () => ((await harness.notificationsOf(tenant)).length === 0 ? null : oneOf(harness, tenant)) as Promise<One>,
    (one) => one?.status === status,
  )
const waiting = (tenant: string) =>
  flows.program.database.worker.query('select lease from delivery where tenant = $1', [tenant])

for (const [i, { name, drawn, isOver, ends }] of WAYS.entries())
  test(`what waits for a provider that is away does not leave once ${name} has ended what asked for it`, async () => {
    const tenant = `away-${i}`
    await flows.people(tenant)
    const from = flows.clock.now()
    const flow = await flows.published(tenant, 'F', drawn)
    flows.push.breakWith(503)
    const { refused } = flows.push
    await flows.tell(tenant, 'go', 'enc', { patient_id: 'maria' })
    await turnsTo(flows, tenant, 'queued')
    await until(
      'the first try is over',
      () => waiting(tenant),
      ([row]) => flows.push.refused > refused && row?.lease === null,
    )
    const [{ id }] = await flows.runsOf(tenant, flow)
    await ends(tenant, id)
    const [status, outcome] = isOver
    await flows.comesTo(tenant, flow, status)
    if (outcome !== '') assert.equal((await flows.runOf(tenant, flow)).outcome, outcome)
    const off = await turnsTo(flows, tenant, 'suppressed')
    assert.equal(off.reason, RUN_OVER)
    assert.deepEqual(
      off.states.map((state) => `${state.status}:${state.channel}`),
      ['queued:push', 'suppressed:push'],
    )
    await until(
      'its delivery is called off',
      async () => {
        // As the limit was reached the next try was due too.
        if (name === 'its time limit') await flows.pass(500)
        return waiting(tenant)
      },
      (rows) => rows.length === 0,
    )

    flows.push.breakWith(null)
    await flows.pass(10_000)
    await flows.ok(tenant, 'PUT', '/api/v1/contacts/pedro', { name: 'Pedro', addresses: { push: 'device-of-pedro' } })
    const other = { to: 'pedro', content: { body: 'Otro' }, channels: ['push'] }
    const { notificationId } = await flows.ok(tenant, 'POST', '/api/v1/notifications', other)
    await flows.push.received.waitFor(({ idempotencyKey }) => idempotencyKey === notificationId)
    await flows.settled()
    assert.ok(!flows.push.received.all.some(({ idempotencyKey }) => idempotencyKey === off.id))
    assert.equal((await flows.ok(tenant, 'GET', `/api/v1/notifications/${off.id}`)).status, 'suppressed')
    assert.deepEqual((await flows.ok(tenant, 'POST', `/api/v1/runs/${id}/replay`, { version: 1 })).differences, [])
    const all = await replayed(flows, tenant, flow, from, { version: 1 })
    assert.deepEqual([all.runs, all.same, all.kinds], [{ real: 1, draft: 1 }, 1, []])
  })

/** A push provider that answers when it is told to. */
async function openSlow() {
  const asked: ServerResponse[] = []
  const provider = createServer((_request, response) => void asked.push(response))
  await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve))
  const slow = await openFlows([], { CAUCE_PUSH_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` })
  return {
    slow,
    asked,
    has: () =>
      until(
        'the provider has it',
        async () => asked.length,
        (count) => count === 1,
      ),
    /** The try ends so, and whatever would follow it. */
    async answers(tenant: string, status: number): Promise<void> {
      asked[0]?.writeHead(status).end()
      await until(
        'its delivery is over',
        async () => {
          await slow.pass(500)
          return slow.program.database.worker.query('select from delivery where tenant = $1', [tenant])
        },
        (rows) => rows.length === 0,
      )
    },
    async close() {
      provider.closeAllConnections()
      provider.close()
      await slow.close()
    },
  }
}

test('what its provider has in hand as it is called off ends as that says, and is not tried again', async () => {
  const { slow, asked, has, answers, close } = await openSlow()
  try {
    for (const [tenant, status, ended, told] of [
      ['taken', 202, 'sent', ['queued:push', 'suppressed:push', 'sent:push']],
      ['refused', 503, 'suppressed', ['queued:push', 'suppressed:push']],
      // Nor does it go on by another channel.
      ['gone', 410, 'suppressed', ['queued:push', 'suppressed:push']],
    ] as const) {
      asked.length = 0
      await slow.people(tenant)
      const addresses = { push: 'device', email: 'maria@example.com' }
      await slow.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', addresses })
      const [id, type, data] = TELL
      const both = [id, type, { ...data, channels: ['push', 'email'] }] as const
      const flow = await slow.published(tenant, 'F', graph([START, both, END], ['start tell', 'tell end']))
      await slow.tell(tenant, 'go', 'enc', { patient_id: 'maria' })
      await has()
      const [run] = await slow.runsOf(tenant, flow)
      await slow.ok(tenant, 'POST', `/api/v1/runs/${run.id}/cancel`, {})
      await turnsTo(slow, tenant, 'suppressed')
      await answers(tenant, status)
      const found = await turnsTo(slow, tenant, ended)
      assert.deepEqual(
        found.states.map((state) => `${state.status}:${state.channel}`),
        told,
      )
      assert.equal(asked.length, 1)
      assert.deepEqual(slow.mail.received.all, [])
    }

    const tenant = 'back'
    asked.length = 0
    await slow.people(tenant)
    const flow = await slow.published(tenant, 'F', inARow())
    await slow.tell(tenant, 'go', 'enc', { patient_id: 'maria' })
    await has()
    await slow.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish`, { runs: 'stop' })
    await turnsTo(slow, tenant, 'suppressed')
    await answers(tenant, 202)
    await turnsTo(slow, tenant, 'sent')
    await slow.settled()
    await slow.ok(tenant, 'POST', `/api/v1/flows/${flow}/publish/undo`)
    await until(
      'a run that comes back hears that it left',
      async () => {
        await slow.pass(1_000)
        return slow.runOf(tenant, flow)
      },
      ({ status, outcome }) => status === 'completed' && outcome === 'told',
    )
    assert.equal(asked.length, 1)
  } finally {
    await close()
  }
})
