import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asOwner } from '#events/testing.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, HOUR, openFlows, START, until } from '#flows/testing-program.ts'

/* The runs of a flow, sought by whom they are about and by what became of them. */

const T = 'acme'
let flows: FlowsHarness
let flow: string
before(async () => {
  flows = await openFlows()
  await flows.ok(T, 'PUT', '/api/v1/queues/coach', { name: 'Coach' })
  for (const [id, name] of [
    ['c1', 'Ximena Errázuriz'],
    ['c2', 'Nuria Soto'],
    ['c3', 'Nuria Paz'],
  ])
    await flows.ok(T, 'PUT', `/api/v1/contacts/${id}`, { name })
  for (const n of [1, 2])
    await flows.ok(T, 'POST', '/api/v1/encounters', {
      id: `e${n}`,
      queueId: 'coach',
      contactId: `c${n}`,
      channel: 'web',
    })
  const drawn = (outcome: string) =>
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['end', 'end', { outcome }],
      ],
      ['start end'],
    )
  flow = await flows.published(T, 'Sought', drawn('first'))
  // About their conversation, about the person, and about something that is neither.
  for (const subject of ['e1', 'e2', 'c3', 'order-7']) await flows.tell(T, 'go', subject)
  await ended(4)
  await flows.pass(HOUR)
  await flows.ok(T, 'PUT', `/api/v1/flows/${flow}/draft`, drawn('second'))
  await flows.ok(T, 'POST', `/api/v1/flows/${flow}/publish`, {})
  await flows.tell(T, 'go', 'e1')
  await ended(5)
})
after(() => flows?.close())

type Run = { id: string; subject: string; person: { name: string } | null }
const ended = (count: number) =>
  until(
    `${count} runs`,
    () => flows.ok(T, 'GET', `/api/v1/flows/${flow}/runs?status=completed`),
    ({ items }) => items.length === count,
  )
const sought = async (query: { [name: string]: string }): Promise<string[]> => {
  const { items } = await flows.ok(T, 'GET', `/api/v1/flows/${flow}/runs?${new URLSearchParams(query)}`)
  return items.map(({ subject }: Run) => subject)
}

test('runs are found by the name of their person or part of it, by an id of theirs, and by the subject', async () => {
  for (const q of ['ximena errazuriz', ' ERRÁZURIZ ', 'c1', 'e1'])
    assert.deepEqual(await sought({ q }), ['e1', 'e1'], q)
  assert.deepEqual((await sought({ q: 'nuria' })).sort(), ['c3', 'e2'])
  assert.deepEqual(await sought({ q: 'order-7' }), ['order-7'])
  for (const q of ['%', 'order', 'nobody']) assert.deepEqual(await sought({ q }), [], q)
  const { status } = await flows.call(T, 'GET', `/api/v1/flows/${flow}/runs?q=%00`)
  assert.equal(status, 400)
})

test('and by version, outcome and time, all of it together', async () => {
  assert.deepEqual(await sought({ version: '2' }), ['e1'])
  assert.deepEqual(await sought({ outcome: 'second' }), ['e1'])
  assert.equal((await sought({ outcome: 'first', version: '1' })).length, 4)
  assert.deepEqual(await sought({ outcome: 'nothing of it' }), [])
  const at = new Date(START + HOUR / 2).toISOString()
  assert.deepEqual(await sought({ from: at }), ['e1'])
  assert.equal((await sought({ to: at })).length, 4)
  assert.deepEqual(await sought({ q: 'ximena', version: '1', to: at }), ['e1'])
})

test('work on many takes the same: counted first, shown with whom they are about', async () => {
  const url = `/api/v1/flows/${flow}/runs/bulk`
  const look = async (filter: object) => flows.ok(T, 'POST', url, { action: 'replay', filter, dryRun: true })
  const { count, runs } = await look({ q: 'ximena', outcome: 'first' })
  assert.deepEqual([count, runs[0].subject, runs[0].person], [1, 'e1', { id: 'c1', name: 'Ximena Errázuriz' }])
  assert.equal((await look({ outcome: 'first' })).count, 4)
  assert.equal((await look({ q: 'nobody' })).count, 0)
  const { id } = await flows.ok(T, 'POST', url, { action: 'replay', filter: { q: 'nuria' } })
  await until(
    'the work is done',
    async () => {
      await flows.pass(1_000)
      return flows.ok(T, 'GET', `${url}/${id}`)
    },
    ({ state, done }) => state === 'done' && done === 2,
  )
  await ended(7)
  assert.deepEqual((await sought({ q: 'nuria' })).sort(), ['c3', 'c3', 'e2', 'e2'])
})

test('a run is about the person whom its event names, or whose conversation it does, whatever its subject', async () => {
  const names: { [name: string]: string }[] = [{ contactId: 'c3' }, { patient_id: 'c3' }, { contact_id: 'c3' }]
  // Where an hour was let pass a moment ago, readers may seem to lag by as much.
  for (const [i, data] of [...names, { encounterId: 'e2' }].entries())
    await until(
      'the event is taken',
      () =>
        flows.call(T, 'POST', '/api/v1/events', {
          ...{ specversion: '1.0', id: `named-${i}`, source: 'test', type: 'go', subject: `lead-${i}`, data },
        }),
      ({ status }) => status === 202,
    )
  // Of a conversation it is its person, as conditions and texts know it; of who is not registered there is only the id.
  await flows.tell(T, 'go', 'e1', { contactId: 'c3' })
  await flows.tell(T, 'go', 'lead-9', { contactId: 'stranger' })
  await ended(13)
  const found = await flows.ok(T, 'GET', `/api/v1/flows/${flow}/runs?outcome=second`)
  const people = found.items.slice(0, 6).map(({ subject, person }: Run) => [subject, person?.name ?? null])
  assert.deepEqual(people.sort(), [
    ['e1', 'Ximena Errázuriz'],
    ...[0, 1, 2].map((i) => [`lead-${i}`, 'Nuria Paz']),
    ['lead-3', 'Nuria Soto'],
    ['lead-9', null],
  ])
  const { id } = found.items.find(({ subject }: Run) => subject === 'lead-0')
  const one = await flows.ok(T, 'GET', `/api/v1/runs/${id}`)
  assert.deepEqual([one.person, 'named' in one], [{ id: 'c3', name: 'Nuria Paz' }, false])
  const leads = async (list: Promise<string[]>) => (await list).filter((subject) => subject.startsWith('lead')).sort()
  for (const q of ['c3', 'paz']) assert.deepEqual(await leads(sought({ q })), ['lead-0', 'lead-1', 'lead-2'], q)
  assert.deepEqual(await leads(sought({ q: 'stranger' })), ['lead-9'])
  const about = async (path: string): Promise<string[]> =>
    (await flows.ok(T, 'GET', `/api/v1/${path}/runs`)).items.map(({ subject }: Run) => subject)
  assert.deepEqual(await leads(about('contacts/c3')), ['lead-0', 'lead-1', 'lead-2'])
  assert.deepEqual(await leads(about('contacts/c2')), ['lead-3'])
  assert.deepEqual(await leads(about('encounters/e2')), ['lead-3'])
  const look = await flows.ok(T, 'POST', `/api/v1/flows/${flow}/runs/bulk`, {
    ...{ action: 'replay', filter: { q: 'soto', since: new Date(START + HOUR / 2).toISOString() }, dryRun: true },
  })
  assert.deepEqual(
    look.runs.map(({ subject, person }: Run) => [subject, person?.name]).filter(([id]: string[]) => id === 'lead-3'),
    [['lead-3', 'Nuria Soto']],
  )
})

test('words that very many people have are looked for among the runs, page by page', async () => {
  await asOwner(flows.program.url, (client) =>
    client.query(
      `insert into contact (tenant, contact_id, name, updated_at)
       select $1, 'many' || i, 'Nuria ' || i, now() from generate_series(1, 300) i`,
      [T],
    ),
  )
  assert.equal((await sought({ q: 'nuria' })).length, 8)
  const read: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: Run[]; nextCursor: string | null } = await flows.ok(
      T,
      'GET',
      `/api/v1/flows/${flow}/runs?q=nuria&limit=3${cursor && `&cursor=${cursor}`}`,
    )
    read.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  assert.deepEqual([read.length, new Set(read).size], [8, 8])
  const refused = await flows.call(T, 'POST', `/api/v1/flows/${flow}/runs/bulk`, {
    ...{ action: 'replay', filter: { q: 'nuria' }, dryRun: true },
  })
  assert.deepEqual([refused.status, refused.body.errors[0].path], [400, '/filter/q'])
})
