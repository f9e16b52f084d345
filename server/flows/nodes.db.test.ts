import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asOwner } from '#events/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, until } from '#flows/testing-program.ts'

let h: FlowsHarness
before(async () => {
  h = await openFlows()
})
after(() => h?.close())

test('the arm that a run goes is kept for the report, once', async () => {
  await h.people('split')
  const arms = ['a', 'b'].map((handle) => ({ handle, weight: 1 }))
  const id = await h.published(
    'split',
    'Split',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['try', 'split', { arms, holdout: 'b' }],
        ['pause', 'wait', { for: 'PT1H' }],
        ['again', 'split', { arms }],
      ],
      ['start try', 'try.a pause', 'try.b pause', 'pause again', 'again.a pause', 'again.b pause'],
    ),
  )
  await h.tell('split', 'go', 'enc', { patient_id: 'maria' })
  await h.stands('split', id, 'pause')
  const comesAgain = (times: number) =>
    until(
      `${times} visits of again`,
      () => h.runOf('split', id),
      ({ steps }) => steps.filter(({ nodeId }: { nodeId: string }) => nodeId === 'again').length === times,
    )
  await h.pass(3_600_000)
  await comesAgain(1)
  const [run] = await h.runsOf('split', id)
  const rows = () =>
    h.program.database.worker.query<{ node: string; arm: string; holdout: boolean }>(
      `select node, arm, holdout, unit, contact_id as "contactId", version, run_id as "runId" from flow_split
       where tenant = 'split' and flow_id = $1 order by node desc`,
      [id],
    )
  await h.pass(3_600_000)
  const { steps } = await comesAgain(2)
  const found = await rows()
  const armAt = (node: string) => steps.find(({ nodeId }: { nodeId: string }) => nodeId === node).way
  const whom = { unit: 'maria', contactId: 'maria', version: 1, runId: run.id }
  assert.deepEqual(found, [
    { node: 'try', arm: armAt('try'), holdout: armAt('try') === 'b', ...whom },
    { node: 'again', arm: armAt('again'), holdout: false, ...whom },
  ])
})

test('what a run asks of a conversation is done in the order of its steps', async () => {
  const t = 'in-order'
  await h.people(t)
  const id = await h.published(
    t,
    'In order',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['mark', 'tag', { tags: ['seen'] }],
        ['first', 'assign', { team: 'a' }],
        ['later', 'tag', { tags: ['given'] }],
        ['then', 'assign', { team: 'b' }],
      ],
      ['start mark', 'mark first', 'first later', 'later then'],
    ),
  )
  await h.tell(t, 'go', 'enc')
  await h.comesTo(t, id, 'completed')
  const told = await until(
    'all of them',
    () =>
      h.program.database.worker.query<{ what: string }>(
        `select coalesce(raw::json ->> 'team', raw::json -> 'added' ->> 0) as what from event_log
         where tenant = $1 and type in ('encounter.tagged', 'encounter.assigned') order by position`,
        [t],
      ),
    (events) => events.length === 4,
  )
  assert.deepEqual(
    told.map(({ what }) => what),
    ['seen', 'a', 'given', 'b'],
  )
})

const MANUAL = ['start', 'trigger', { manual: true }] as const
const asking = (flow: string, data: object = {}) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['sub', 'subflow', { flow, input: { who: '{{ event.subject }}' }, save: 'got', ...data }],
      ['well', 'end', { outcome: 'well' }],
      ['bad', 'end', { outcome: 'bad' }],
    ],
    ['start sub', 'sub.out well', 'sub.error bad'],
  )

test('a run asks for one of another flow, about the same people, and hears how it ended', async () => {
  const t = 'sub-well'
  await h.people(t)
  const other = await h.published(
    t,
    'Other',
    graph(
      [
        MANUAL,
        ['name', 'set', { vars: { name: 'contact.name', who: 'event.data.who' } }],
        ['w', 'wait', { for: 'PT1H' }],
        ['fin', 'end', { outcome: 'fine' }],
      ],
      ['start name', 'name w', 'w fin'],
    ),
  )
  const id = await h.published(t, 'Asking', asking(other))
  await h.tell(t, 'go', 'enc', { patient_id: 'maria' })
  await h.stands(t, other, 'w')
  await h.stands(t, id, 'sub')
  await h.pass(3_600_000)
  await h.comesTo(t, id, 'completed')
  const run = await h.runOf(t, id)
  assert.equal(run.outcome, 'well')
  const [called] = await h.runsOf(t, other)
  assert.deepEqual(run.vars.got, {
    runId: called.id,
    status: 'completed',
    outcome: 'fine',
    vars: { name: 'María', who: 'enc' },
  })
})

test('a flow that fails, or cannot be begun, or calls itself for ever, is an error to who asked for it', async () => {
  const t = 'sub-bad'
  await h.people(t)
  const failing = await h.published(
    t,
    'Failing',
    graph([MANUAL, ['s', 'set', { vars: { n: '1 / (size(event.type) - size(event.type))' } }]], ['start s']),
  )
  const byEvent = await h.published(
    t,
    'By event',
    graph(
      [
        ['start', 'trigger', { event: 'never' }],
        ['e', 'end'],
      ],
      ['start e'],
    ),
  )
  const { id: itself } = await h.ok(t, 'POST', '/api/v1/flows', { name: 'Itself' })
  const itselfDrawn = graph([MANUAL, ['sub', 'subflow', { flow: itself }], ['e', 'end']], ['start sub', 'sub.out e'])
  const saved = await h.ok(t, 'PUT', `/api/v1/flows/${itself}/draft`, itselfDrawn)
  assert.match(saved.warnings[0].messages.es, /no está publicado/)
  await h.ok(t, 'POST', `/api/v1/flows/${itself}/publish`, {})
  for (const [other, cause] of [
    [failing, /^at s: /],
    [byEvent, /no manual trigger/],
    [itself, /^at sub: /],
  ] as const) {
    const id = await h.published(t, 'Asking', asking(other))
    await h.tell(t, 'go', `about-${other}`)
    await h.comesTo(t, id, 'completed')
    const run = await h.runOf(t, id)
    assert.equal(run.outcome, 'bad')
    assert.match(run.vars.got.error, cause)
    await h.ok(t, 'POST', `/api/v1/flows/${id}/unpublish`)
  }
  const deep = await h.runsOf(t, itself)
  assert.ok(deep.length >= 10 && deep.length <= 16, `runs of the flow that calls itself: ${deep.length}`)
})

test('whoever ends while another flow runs for it ends that one too', async () => {
  const t = 'sub-stop'
  const other = await h.published(t, 'Other', graph([MANUAL, ['w', 'wait', { for: 'PT1H' }]], ['start w']))
  const id = await h.published(t, 'Asking', asking(other))
  await h.tell(t, 'go', 'enc')
  await h.stands(t, other, 'w')
  const [run] = await h.runsOf(t, id)
  await h.ok(t, 'POST', `/api/v1/runs/${run.id}/cancel`, {})
  await h.comesTo(t, other, 'cancelled')
  assert.match((await h.runOf(t, other)).outcome, /the run that asked for it is over/)
})

const approving = (data: object, timeout: string | null = 'P1D') =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      [
        'ask',
        'approval',
        { text: '¿Devolver a {{ contact.name }}?', ...data, ...(timeout === null ? {} : { timeout }) },
      ],
      ['yes', 'end', { outcome: 'yes' }],
      ['no', 'end', { outcome: 'no' }],
      ['late', 'end', { outcome: 'late' }],
    ],
    ['start ask', 'ask.approved yes', 'ask.rejected no', ...(timeout === null ? [] : ['ask.timeout late'])],
  )
const approvals = async (t: string, status = 'pending') =>
  (await h.ok(t, 'GET', `/api/v1/approvals?status=${status}`)).items

test('somebody is asked, told of it, and answers once; who and when stand in the run', async () => {
  const t = 'approve'
  await h.people(t)
  const id = await h.published(t, 'Refund', approving({ to: 'boss@example.org' }))
  await h.tell(t, 'go', 'enc', { patient_id: 'maria' })
  await h.stands(t, id, 'ask')
  const [asked] = await approvals(t)
  assert.equal(asked.text, '¿Devolver a María?')
  assert.deepEqual(asked.to, { address: 'boss@example.org' })
  const mail = await h.mail.received.waitFor(({ to }) => JSON.stringify(to).includes('boss@example.org'))
  assert.match(mail.headers.subject ?? '', /aprobaci/)
  const [told] = (await h.ok(t, 'GET', '/api/v1/notifications')).items
  assert.ok(told.link.endsWith(`/approvals?selected=${asked.id}`), `${told.link} leads to where one answers`)
  const approved = await h.ok(t, 'POST', `/api/v1/approvals/${asked.id}/approve`, { note: 'claro' })
  assert.equal(approved.status, 'approved')
  await h.comesTo(t, id, 'completed')
  const run = await h.runOf(t, id)
  assert.equal(run.outcome, 'yes')
  const { output } = run.steps.find(({ nodeId }: { nodeId: string }) => nodeId === 'ask')
  assert.deepEqual([output.by, output.note], [approved.decidedBy, 'claro'])
  // The same answer again finds the first; another one comes too late.
  assert.equal((await h.ok(t, 'POST', `/api/v1/approvals/${asked.id}/approve`, {})).note, 'claro')
  const late = await h.call(t, 'POST', `/api/v1/approvals/${asked.id}/reject`, {})
  assert.equal(late.status, 409)
  assert.match(late.body.detail, /was approved by/)
  assert.deepEqual(await approvals(t), [])
})

test('a question whose time is over, or whose run is, can no longer be answered', async () => {
  const t = 'approve-late'
  const id = await h.published(t, 'Refund', approving({ to: { userId: 'u1' }, text: 'ok?' }))
  await h.tell(t, 'go', 'a')
  await h.stands(t, id, 'ask')
  const [first] = await approvals(t)
  await h.pass(86_400_000)
  await h.comesTo(t, id, 'completed')
  assert.equal((await h.runOf(t, id)).outcome, 'late')
  assert.equal((await h.call(t, 'POST', `/api/v1/approvals/${first.id}/approve`, {})).status, 409)
  await h.tell(t, 'go', 'b')
  const [second] = await until(
    'a second question',
    () => approvals(t),
    (items) => items.length === 1,
  )
  await h.ok(t, 'POST', `/api/v1/runs/${second.runId}/cancel`, {})
  assert.deepEqual(await approvals(t), [])
  assert.deepEqual(
    (await h.ok(t, 'GET', '/api/v1/approvals')).items.map(({ status }: { status: string }) => status),
    ['withdrawn', 'expired'],
  )
  assert.equal((await h.call(t, 'POST', `/api/v1/approvals/${second.id}/reject`, {})).status, 409)
})

test('an answer holds although the time runs out before the run has gone on', async () => {
  const t = 'approve-race'
  const id = await h.published(t, 'Refund', approving({ to: 'boss@example.org', text: 'ok?' }))
  await h.tell(t, 'go', 'a')
  await h.stands(t, id, 'ask')
  const [asked] = await approvals(t)
  const answer = h.ok(t, 'POST', `/api/v1/approvals/${asked.id}/reject`, {})
  await answer
  await h.pass(86_400_000)
  await h.comesTo(t, id, 'completed')
  assert.equal((await h.runOf(t, id)).outcome, 'no')
})

test('a conversation is assigned and tagged, once, and conditions see it', async () => {
  const t = 'tags'
  await h.people(t)
  const id = await h.published(
    t,
    'Tag',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['assign', 'assign', { team: 'coaches', user: '{{ event.data.agent }}' }],
        ['tag', 'tag', { tags: ['vip', 'de {{ contact.name }}'] }],
        ['w', 'waitForEvent', { event: 'encounter.tagged' }],
        ['again', 'tag', { tags: ['vip', 'new'] }],
        ['w2', 'waitForEvent', { event: 'encounter.tagged' }],
        [
          'ask',
          'branch',
          { cases: [{ handle: 'yes', when: '"new" in encounter.tags && encounter.team == "coaches"' }] },
        ],
        ['yes', 'end', { outcome: 'yes' }],
      ],
      ['start assign', 'assign tag', 'tag w', 'w again', 'again w2', 'w2 ask', 'ask.yes yes'],
    ),
  )
  await h.tell(t, 'go', 'enc', { patient_id: 'maria', agent: 'ana' })
  await h.comesTo(t, id, 'completed')
  assert.equal((await h.runOf(t, id)).outcome, 'yes')
  const encounter = await h.ok(t, 'GET', '/api/v1/encounters/enc')
  assert.deepEqual(encounter.tags, ['vip', 'de María', 'new'])
  assert.deepEqual([encounter.handling, encounter.team, encounter.user], ['assigned', 'coaches', 'ana'])
  const told = await h.program.database.worker.query<{ added: string[] }>(
    `select raw::json->'added' as added from event_log where tenant = $1 and type = 'encounter.tagged' order by position`,
    [t],
  )
  assert.deepEqual(
    told.map(({ added }) => added),
    [['vip', 'de María'], ['new']],
  )
})

test('a run that fails is told, and begins the flow that its author named for that; that one comes to an end too', async () => {
  const t = 'fails'
  await h.people(t)
  const { id: catcher } = await h.ok(t, 'POST', '/api/v1/flows', { name: 'Catcher' })
  const caught = graph(
    [
      ['start', 'trigger', { manual: true }],
      ['say', 'message', { text: '{{ event.data.nodeId }}: {{ event.data.says.es }}' }],
      ['s', 'set', { vars: { n: '1 / (size(event.type) - size(event.type))' } }],
    ],
    ['start say', 'say s'],
    // Also where it names itself.
    { onError: catcher, onePerKey: false },
  )
  await h.ok(t, 'PUT', `/api/v1/flows/${catcher}/draft`, caught)
  await h.ok(t, 'POST', `/api/v1/flows/${catcher}/publish`, {})
  const id = await h.published(
    t,
    'Failing',
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['call', 'http', { url: `${h.receiver.url}/gone`, retry: { attempts: 1 } }],
        ['end', 'end'],
      ],
      ['start call', 'call.ok end'],
      { onError: catcher },
    ),
  )
  h.receiver.breakWith(404)
  await h.tell(t, 'go', 'enc', { patient_id: 'maria' })
  await h.comesTo(t, id, 'failed')
  const run = await h.runOf(t, id)
  assert.equal(run.failure.nodeId, 'call')
  assert.match(run.failure.says.es, /^paso call \(Llamar a un servicio\) falló: el servicio respondió 404/)
  h.receiver.breakWith(null)
  const messages = await until(
    'the message of the catcher',
    async () => (await h.ok(t, 'GET', '/api/v1/encounters/enc/messages')).items,
    (items) => items.some(({ text }: { text: string }) => text.startsWith('call: paso call')),
  )
  assert.ok(messages.length >= 1)
  await h.settled()
  const told = await h.program.database.worker.query<{ run: string }>(
    `select raw::json->'data'->>'runId' as run from event_log where tenant = $1 and type = 'flow.run_failed'`,
    [t],
  )
  assert.ok(told.some((one) => one.run === run.id))
  assert.ok(told.length <= 17, `a flow that catches itself comes to rest: ${told.length}`)
})

test('a notification for somebody else, or for nobody, fails with the reason, in the simulator too', async () => {
  const tenant = 'misled'
  await h.people(tenant)
  await h.ok(tenant, 'PUT', '/api/v1/contacts/john', { addresses: { push: 'device-of-john' } })
  const tells = (data: object) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['tell', 'notify', { content: { body: 'x' }, channels: ['push'], to: '{{ event.data.who }}', ...data }],
      ],
      ['start tell'],
    )
  const linked = await h.published(tenant, 'linked', tells({ deepLink: true }))
  const causeOf = async (flow: string, who: string) => {
    const event = { type: 'go', subject: 'enc', data: { who } }
    const { messages } = await h.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate`, { event })
    return messages[0].reason
  }
  const fails = (flow: string, why: string) =>
    until(
      `it fails: ${why}`,
      async () => ((await h.runsOf(tenant, flow)).length > 0 ? h.runOf(tenant, flow) : null),
      (run) => run?.steps.at(-1).way === 'failed' && run.steps.at(-1).output.reason === why,
    )
  const another = 'the link leads to the conversation of another contact'
  const nobody = 'nobody of that id is known'
  assert.deepEqual(await Promise.all([causeOf(linked, 'maria'), causeOf(linked, 'john')]), [null, another])
  await h.tell(tenant, 'go', 'enc', { who: 'john' })
  await fails(linked, another)
  await h.ok(tenant, 'POST', `/api/v1/flows/${linked}/unpublish`)
  const plain = await h.published(tenant, 'plain', tells({}))
  assert.deepEqual(await Promise.all([causeOf(plain, 'john'), causeOf(plain, 'jonh')]), [null, nobody])
  await h.tell(tenant, 'go', 'enc-2', { who: 'jonh' })
  await fails(plain, nobody)
  assert.deepEqual(
    h.push.received.all.filter(({ to }) => to !== 'device-of-maria'),
    [],
  )
})

test('whoever draws is warned of somebody of the team who is not there, or may not answer', async () => {
  const t = 'team'
  await asOwner(h.program.url, async (client) => {
    await client.query(`insert into tenant values ($1, $1, 'active', now())`, [t])
    for (const role of ['agent', 'viewer']) {
      await client.query(
        `insert into app_user (tenant, id, email, name, role, password_hash, created_at) values ($1, $2, $2 || '@example.org', $2, $2, '', now())`,
        [t, role],
      )
    }
  })
  const { id } = await h.ok(t, 'POST', '/api/v1/flows', { name: 'F' })
  const warned = async (to: unknown): Promise<{ path: string; messages: { es: string } }[]> => {
    const drawn = graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['leave', 'approval', { to, text: '¿Lo devolvemos?' }],
      ],
      ['start leave'],
    )
    return (await h.ok(t, 'POST', `/api/v1/flows/${id}/check`, drawn)).warnings
  }
  for (const to of [{ userId: 'agent' }, 'agent', { userId: '{{ event.data.owner }}' }, 'team@example.org']) {
    assert.deepEqual(await warned(to), [], JSON.stringify(to))
  }
  const [viewer] = await warned({ userId: 'viewer' })
  assert.deepEqual(viewer?.path, '/nodes/leave/data/to/userId')
  assert.match(viewer?.messages.es ?? '', /solo puede mirar/)
  // What the database does not even take is nobody's id.
  for (const odd of ['x'.repeat(255), '👩‍⚕️', ' a b ']) assert.equal((await warned({ userId: odd })).length, 1, odd)
  assert.match((await warned('nobody'))[0]?.messages.es ?? '', /nadie del equipo tiene ese id/)
})
