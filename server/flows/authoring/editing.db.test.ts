import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const waits = (time: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['w', 'wait', { for: time }],
    ],
    ['start w'],
  )

const said = (body: { errors?: { messages: { en: string } }[] }) => body.errors?.map(({ messages }) => messages.en)

test('the second of two editors gets the difference, however the revision is told, and nothing is overwritten', async () => {
  const tenant = 'two'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'F' })
  const url = `/api/v1/flows/${id}/draft`
  const read = await flows.call(tenant, 'PUT', url, waits('PT1H'))
  const etag = String(read.headers.etag)
  assert.equal((await flows.call(tenant, 'PUT', url, waits('PT2H'), { 'if-match': etag })).status, 200)
  const mine = waits('PT3H')
  for (const [at, headers] of [
    [url, { 'if-match': etag }],
    [`${url}?revision=${read.body.revision}`, {}],
  ] as const) {
    const refused = await flows.call(tenant, 'PUT', at, mine, headers as Record<string, string>)
    assert.deepEqual([refused.status, refused.body.code, refused.headers.etag], [409, 'flows/stale', '"2"'])
    assert.deepEqual(said(refused.body), ['step w (Wait): the duration changed from “PT2H” to “PT3H”'])
    assert.match(refused.body.detail, /^The API key \S+ saved the draft at 2026-03-02T10:00:00.000Z, after you read it/)
    assert.match(
      refused.body.messages.es,
      /^La clave de API \S+ guardó el borrador el 2026-03-02T10:00:00.000Z, después.* Se enumera qué cambiaría en él el tuyo\.$/,
    )
  }
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/flows/${id}`)).draft.nodes[1].data.for, 'PT2H')
  assert.equal((await flows.call(tenant, 'PUT', `${url}?revision=2`, mine)).status, 200)
  const publish = (body: object, headers = {}) =>
    flows.call(tenant, 'POST', `/api/v1/flows/${id}/publish`, body, headers)
  const late = await publish({}, { 'if-match': '"2"' })
  assert.deepEqual([late.status, late.body.code], [409, 'flows/stale'])
  assert.match(late.body.detail, /Listed is what was changed since\.$/)
  assert.deepEqual(said(late.body), ['step w (Wait): the duration changed from “PT2H” to “PT3H”'])
  assert.equal((await publish({ revision: 1 })).status, 409)
  assert.deepEqual((await publish({ revision: 3, note: 'longer' })).body.version, 1)
})

test('who comes second is told what others changed since they read, and who saved it', async () => {
  const tenant = 'since'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'F' })
  const url = `/api/v1/flows/${id}`
  const { revision: empty } = await flows.ok(tenant, 'GET', url)
  for (let hours = 1; hours <= 3; hours++) await flows.ok(tenant, 'PUT', `${url}/draft`, waits(`PT${hours}H`))
  const between = (from: number, to: string) =>
    flows.call(tenant, 'GET', `${url}/difference?from=draft@${from}&to=${to}`)
  const { body } = await between(empty + 1, `draft@${empty + 2}`)
  assert.deepEqual(
    body.changes.map(({ says }: { says: { en: string } }) => says.en),
    ['step w (Wait): the duration changed from “PT1H” to “PT2H”'],
  )
  assert.match(body.to.savedBy, /^key:/)
  assert.deepEqual([body.from.revision, body.to.revision, body.to.draft], [empty + 1, empty + 2, true])
  const { body: all } = await between(empty, 'draft')
  assert.equal(all.counts.stepAdded, 2)
  assert.equal((await between(empty + 9, 'draft')).status, 404)
  for (let i = 0; i < 20; i++) await flows.ok(tenant, 'PUT', `${url}/draft`, waits('PT9H'))
  assert.equal((await between(empty + 1, 'draft')).status, 404)
})

test('versions and the draft are compared in words, and an older version is published again as a new one', async () => {
  const tenant = 'back'
  const id = await flows.published(tenant, 'F', waits('PT1H'))
  const url = `/api/v1/flows/${id}`
  await flows.ok(tenant, 'PUT', `${url}/draft`, waits('PT2H'))
  const toDraft = await flows.ok(tenant, 'GET', `${url}/difference`)
  assert.deepEqual(
    [toDraft.from.version, toDraft.to.draft, toDraft.to.revision, toDraft.counts],
    [1, true, 2, { fieldChanged: 1 }],
  )
  assert.equal(toDraft.changes[0].says.es, 'paso w (Esperar): la duración cambió de «PT1H» a «PT2H»')
  await flows.ok(tenant, 'POST', `${url}/publish`, { note: 'more patience' })
  const back = await flows.ok(tenant, 'POST', `${url}/publish`, { fromVersion: 1, note: 'too long' })
  assert.equal(back.version, 3)
  const { items } = await flows.ok(tenant, 'GET', `${url}/versions`)
  assert.deepEqual(
    items.map(
      ({ version, fromVersion, note }: { version: number; fromVersion: number | null; note: string | null }) => [
        version,
        fromVersion,
        note,
      ],
    ),
    [
      [3, 1, 'too long'],
      [2, null, 'more patience'],
      [1, null, null],
    ],
  )
  assert.deepEqual((await flows.ok(tenant, 'GET', `${url}/difference?from=1&to=3`)).changes, [])
  const between = await flows.ok(tenant, 'GET', `${url}/difference?from=2&to=3`)
  assert.deepEqual([between.from.note, between.to.fromVersion, between.changes.length], ['more patience', 1, 1])
  const shown = await flows.ok(tenant, 'GET', url)
  assert.deepEqual([shown.published, shown.draft.nodes[1].data.for], [3, 'PT2H'], 'the draft stays')
  assert.equal((await flows.call(tenant, 'POST', `${url}/publish`, { fromVersion: 9 })).status, 404)
  assert.equal((await flows.call(tenant, 'GET', `${url}/difference?from=9`)).status, 404)
  assert.equal((await flows.call(tenant, 'GET', `${url}/difference?from=x`)).status, 400)
})

test('a flow is renamed, its draft with it, and who edits it meanwhile is told', async () => {
  const tenant = 'renamed'
  const id = await flows.published(tenant, 'Old', { ...waits('PT1H'), name: 'Old' })
  const url = `/api/v1/flows/${id}`
  assert.deepEqual(await flows.ok(tenant, 'PATCH', url, { name: 'New' }), { id, name: 'New', revision: 2 })
  const { name, draft } = await flows.ok(tenant, 'GET', url)
  assert.deepEqual([name, draft.name], ['New', 'New'])
  assert.equal((await flows.call(tenant, 'PUT', `${url}/draft?revision=1`, waits('PT2H'))).status, 409)
  assert.equal((await flows.ok(tenant, 'PATCH', url, { name: 'New' })).revision, 2, 'nothing changed')
  for (const body of [{}, { name: '' }, { name: 'x'.repeat(201) }, { name: 'x', draft: {} }]) {
    assert.equal((await flows.call(tenant, 'PATCH', url, body)).status, 400)
  }
  assert.equal((await flows.call('another', 'PATCH', url, { name: 'Mine' })).status, 404)
})

test('a discarded draft is what is published, under the name of now, or nothing', async () => {
  const tenant = 'discarded'
  const { id: young } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'Y' })
  await flows.ok(tenant, 'PUT', `/api/v1/flows/${young}/draft`, waits('PT1H'))
  const emptied = await flows.ok(tenant, 'DELETE', `/api/v1/flows/${young}/draft`)
  assert.deepEqual([emptied.draft, emptied.revision], [null, 2])
  assert.equal((await flows.ok(tenant, 'GET', `/api/v1/flows/${young}`)).draft, null)

  const id = await flows.published(tenant, 'Old', { ...waits('PT1H'), name: 'Old' })
  const url = `/api/v1/flows/${id}`
  await flows.ok(tenant, 'PUT', `${url}/draft`, { ...waits('PT2H'), name: 'Newer' })
  const kept = await flows.call(tenant, 'DELETE', `${url}/draft?revision=1`)
  assert.deepEqual([kept.status, kept.body.code], [409, 'flows/stale'])
  const { draft, revision } = await flows.ok(tenant, 'DELETE', `${url}/draft?revision=2`)
  assert.deepEqual([draft.nodes[1].data.for, draft.name, revision], ['PT1H', 'Newer', 3])
  assert.equal((await flows.ok(tenant, 'DELETE', `${url}/draft`)).revision, 3, 'there is nothing more to discard')
  assert.equal((await flows.ok(tenant, 'GET', `${url}/difference`)).changes.length, 1, 'the name')
  assert.equal((await flows.call('another', 'DELETE', `${url}/draft`)).status, 404)
})
