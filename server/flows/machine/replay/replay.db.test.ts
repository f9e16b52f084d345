import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, START, until } from '#flows/testing-program.ts'

/* What was is held against what would have been. */

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows?.close())

const MINUTE = 60_000
const iso = (at: number) => new Date(at).toISOString()

type Change = { text?: string; where?: string; timeout?: string; call?: string; notifies?: boolean }

/** Warned, called back, asked of another system, and waited for. */
const drawn = ({
  text = 'Vuelva, {{ contact.name }}',
  where = 'queue.continuity',
  timeout = 'PT4H',
  call,
  notifies = true,
}: Change = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'went.quiet', where }],
      ...(notifies
        ? ([
            ['push', 'notify', { content: { title: 'Hola', body: text }, channels: ['push'], deepLink: true }],
          ] as const)
        : ([['push', 'set', { vars: { quiet: 'true' } }]] as const)),
      ['ask', 'http', { url: call ?? '', save: 'answer' }],
      ['reply', 'waitForEvent', { event: 'came.back', timeout }],
      ['say', 'message', { text: '{{ vars.answer.status | default: 0 }}' }],
      ['gone', 'end', { outcome: 'gone' }],
      ['back', 'end', { outcome: 'back' }],
    ],
    ['start push', 'push ask', 'ask.ok reply', 'ask.error reply', 'reply.event say', 'say back', 'reply.timeout gone'],
  )

test('a time is run on a draft, and what would have been otherwise is listed', async () => {
  const tenant = 'day'
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
  await flows.ok(tenant, 'PUT', '/api/v1/queues/other', { name: 'O', continuity: false })
  for (const id of ['ana', 'eva', 'sol']) {
    const contact = { name: id, locale: 'es', addresses: { push: `device-of-${id}` } }
    await flows.ok(tenant, 'PUT', `/api/v1/contacts/${id}`, contact)
    const queueId = id === 'sol' ? 'other' : 'q'
    await flows.ok(tenant, 'POST', '/api/v1/encounters', { id: `talk-${id}`, queueId, contactId: id, channel: 'chat' })
  }
  // The other system has a bad day: what it answered then is what the draft hears.
  flows.receiver.breakWith(404)
  const call = `${flows.receiver.url}/ask`
  const flow = await flows.published(tenant, 'F', drawn({ call }))
  for (const id of ['ana', 'eva', 'sol']) await flows.tell(tenant, 'went.quiet', `talk-${id}`)
  await until(
    'two runs that wait',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.length === 2,
  )
  for (const subject of ['talk-ana', 'talk-eva']) await waitsFor(tenant, flow, subject)
  // Told again while a run is under way: nobody begins.
  await flows.tell(tenant, 'went.quiet', 'talk-ana')
  await flows.settled()
  flows.clock.advance(HOUR)
  await flows.tell(tenant, 'came.back', 'talk-ana')
  await until(
    'she is back',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.some(({ outcome }: { outcome: string }) => outcome === 'back'),
  )
  await flows.pass(4 * HOUR)
  await flows.comesTo(tenant, flow, 'completed')
  await flows.tell(tenant, 'went.quiet', 'talk-ana')
  await until(
    'a third run',
    () => flows.runsOf(tenant, flow),
    (runs) => runs.length === 3,
  )
  await waitsFor(tenant, flow, 'talk-ana')
  const to = flows.clock.now() + 1
  const time = { from: iso(START - MINUTE), to: iso(to) }
  flows.clock.advance(MINUTE)
  const pushes = (await flows.notificationsOf(tenant)).length

  const replay = (body: object) => flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/replay`, { ...time, ...body })
  const saved = (change: Change) => flows.ok(tenant, 'PUT', `/api/v1/flows/${flow}/draft`, drawn({ call, ...change }))

  const counted = await replay({ dryRun: true })
  assert.deepEqual(
    [counted.comparison, counted.types],
    [
      null,
      [
        { type: 'came.back', count: 1 },
        { type: 'encounter.created', count: 3 },
        { type: 'encounter.message_sent', count: 1 },
        { type: 'went.quiet', count: 5 },
      ],
    ],
  )

  const { comparison: same } = await replay({ version: 1 })
  assert.deepEqual(same.examples, [])
  assert.deepEqual([same.runs, same.same, same.different], [{ real: 3, draft: 3 }, 3, 0])
  assert.deepEqual(
    same.outcomes.toSorted((a: { outcome: string }, b: { outcome: string }) => (a.outcome < b.outcome ? -1 : 1)),
    ['back', 'gone', 'waiting'].map((outcome) => ({ outcome, real: 1, draft: 1 })),
  )

  await saved({ text: 'Le esperamos, {{ contact.name }}' })
  const { comparison: other } = await replay({})
  assert.deepEqual(other.kinds, [{ kind: 'messageChanged', runs: 3 }])
  const [{ differences, event }] = other.examples
  assert.deepEqual(
    [event.contactId, differences[0].real.body, differences[0].draft.body],
    ['ana', 'Vuelva, ana', 'Le esperamos, ana'],
  )
  assert.equal(other.names[event.subject], 'ana', 'whom an example is about is called by name')

  await saved({ timeout: 'PT30M' })
  const { comparison: sooner } = await replay({})
  assert.deepEqual(sooner.kinds, [
    { kind: 'messageMissing', runs: 1 },
    { kind: 'outcome', runs: 1 },
    { kind: 'endTime', runs: 2 },
    { kind: 'path', runs: 1 },
  ])

  await saved({ where: 'true' })
  const { comparison: more } = await replay({})
  assert.deepEqual(more.kinds, [
    { kind: 'begins', runs: 1 },
    { kind: 'messageAdded', runs: 1 },
    { kind: 'deedAdded', runs: 1 },
  ])
  assert.equal(more.examples[0].event.contactId, 'sol')

  await saved({ where: 'contact.name == "eva"', notifies: false })
  const { comparison: fewer } = await replay({ examples: 1 })
  assert.deepEqual(fewer.kinds, [
    { kind: 'doesNotBegin', runs: 2 },
    { kind: 'messageMissing', runs: 3 },
    { kind: 'deedMissing', runs: 2 },
  ])
  assert.ok(fewer.examples.length <= 2)

  await saved({ timeout: 'PT30M' })
  const runs = await flows.runsOf(tenant, flow)
  const back = runs.find(({ outcome }: { outcome: string }) => outcome === 'back')
  const once = await flows.ok(tenant, 'POST', `/api/v1/runs/${back.id}/replay`, { version: 1 })
  assert.deepEqual([once.same, once.differences, once.draft.outcome], [true, [], 'back'])
  const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${back.id}/replay`, {})
  assert.deepEqual([again.real.outcome, again.draft.outcome], ['back', 'gone'])

  assert.equal((await flows.notificationsOf(tenant)).length, pushes, 'nothing left')
  assert.equal((await flows.runsOf(tenant, flow)).length, 3)
})

async function waitsFor(tenant: string, flow: string, subject: string): Promise<void> {
  await until(
    `${subject} is waited for`,
    async () => {
      const runs = await flows.runsOf(tenant, flow)
      const own = runs.find(
        (run: { subject: string; status: string }) => run.subject === subject && run.status === 'waiting',
      )
      return own === undefined ? null : flows.ok(tenant, 'GET', `/api/v1/runs/${own.id}`)
    },
    (run) => run?.waitsFor?.nodeId === 'reply',
  )
}

test('a run that another one asked for ends on a draft when that one was over', async () => {
  const tenant = 'called'
  const inner = (rests: string) =>
    graph(
      [
        ['start', 'trigger', { manual: true }],
        ['rest', 'wait', { for: rests }],
        ['end', 'end', { outcome: 'rested' }],
      ],
      ['start rest', 'rest end'],
    )
  const called = await flows.published(tenant, 'Inner', inner('PT2H'))
  const outer = graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['ask', 'subflow', { flow: called, wait: true }],
    ],
    ['start ask'],
    { cancelOn: ['stop.it'] },
  )
  const asking = await flows.published(tenant, 'Outer', outer)
  const from = iso(flows.clock.now() - MINUTE)
  for (const subject of ['stopped', 'rested']) await flows.tell(tenant, 'go', subject)
  const come = (what: string, holds: (runs: { subject: string; status: string; outcome: string }[]) => boolean) =>
    until(what, () => flows.runsOf(tenant, called), holds)
  await come('two runs', (runs) => runs.length === 2)
  await flows.settled()
  flows.clock.advance(HOUR)
  await flows.tell(tenant, 'stop.it', 'stopped')
  await come('one is stopped', (runs) => runs.some(({ status }) => status === 'cancelled'))
  await flows.pass(HOUR)
  await come('the other has rested', (runs) => runs.some(({ outcome }) => outcome === 'rested'))
  await flows.settled()
  const to = iso(flows.clock.now() + 1)
  flows.clock.advance(MINUTE)

  const kinds = async (flow: string, of: object) => {
    const { comparison } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/replay`, { from, to, ...of })
    return [comparison.runs.draft, comparison.same, comparison.kinds]
  }
  assert.deepEqual(
    [await kinds(called, { version: 1 }), await kinds(asking, { version: 1 })],
    [
      [2, 2, []],
      [2, 2, []],
    ],
  )
  const stopped = (await flows.runsOf(tenant, called)).find(({ status }: { status: string }) => status === 'cancelled')
  const again = await flows.ok(tenant, 'POST', `/api/v1/runs/${stopped.id}/replay`, { version: 1 })
  assert.deepEqual([again.same, again.draft.outcome], [true, stopped.outcome])
  // A draft that is quicker is over before.
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${called}/draft`, inner('PT30M'))
  assert.deepEqual(await kinds(called, {}), [
    2,
    0,
    [
      { kind: 'outcome', runs: 1 },
      { kind: 'endTime', runs: 2 },
      { kind: 'path', runs: 1 },
    ],
  ])
})

test('a time that makes no sense, and runs that are not there, are refused', async () => {
  const tenant = 'refused'
  const flow = await flows.published(tenant, 'F', drawn({ call: 'https://example.com/' }))
  const asked = (body: object) => flows.call(tenant, 'POST', `/api/v1/flows/${flow}/replay`, body)
  const now = flows.clock.now()
  const backwards = await asked({ from: iso(now), to: iso(now - HOUR) })
  assert.deepEqual([backwards.status, backwards.body.errors[0].path], [400, '/to'])
  const future = await asked({ from: iso(now + HOUR), to: iso(now + 2 * HOUR) })
  assert.equal(future.status, 400)
  const version = await asked({ from: iso(now - HOUR), to: iso(now), version: 9 })
  assert.equal(version.status, 404)
  const nobody = '00000000-0000-4000-8000-000000000000'
  assert.equal((await flows.call(tenant, 'POST', `/api/v1/runs/${nobody}/replay`, {})).status, 404)
})
