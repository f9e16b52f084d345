import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { until } from '#events/testing.ts'
import { summariesOf } from '#flows/authoring/store.ts'
import { flows } from '#flows/index.ts'
import { graph } from '#flows/testing.ts'
import { notifications } from '#notifications/index.ts'
import { manualClock } from '#platform/clock.ts'
import { reports } from '#reports/index.ts'
import { flatEvent, testProgram, testServer } from '../../testing.ts'

test('the list of flows shows where each stands and how its runs do, in a fixed number of statements', async () => {
  const clock = manualClock(Date.parse('2026-03-02T10:00:00Z'))
  const program = await testProgram([deliveries, conversations, notifications, reports, flows], { clock })
  const app = await testServer(program)
  try {
    await program.start()
    async function ok(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) {
      const headers = { authorization: 'Bearer default' }
      const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
      assert.ok(answer.statusCode < 300, answer.body)
      return answer.json()
    }
    async function made(name: string): Promise<string> {
      clock.advance(1)
      const { id, status } = await ok('POST', '/api/v1/flows', { name })
      assert.equal(status, 'draft')
      return id
    }
    const drawn = graph(
      [
        ['start', 'trigger', { event: 'encounter.*' }],
        ['which', 'branch', { cases: [{ handle: 'wait', when: "event.type == 'encounter.wait'" }] }],
        ['pause', 'wait', { for: 'PT1H' }],
        ['say', 'message', { text: '{{ event.data.missing }}' }],
      ],
      ['start which', 'which.wait pause', 'which.else say'],
    )
    const running = await made('Running')
    const stopped = await made('Stopped')
    const draft = await made('Drawn')
    for (const id of [running, stopped]) {
      await ok('PUT', `/api/v1/flows/${id}/draft`, drawn)
      await ok('POST', `/api/v1/flows/${id}/publish`, {})
    }
    await ok('POST', `/api/v1/flows/${stopped}/unpublish`, {})
    for (const [id, subtype] of [
      ['a', 'wait'],
      ['b', 'wait'],
      ['c', 'fail'],
    ] as const) {
      await program.log.append(flatEvent({ id, subtype, encounterId: id, at: clock.now() }))
    }
    await until(
      () => ok('GET', `/api/v1/flows/${running}/runs`),
      ({ items }) => items.length === 3,
    )
    const { items } = await ok('GET', '/api/v1/flows')
    const none = { waiting: 0, completed: 0, failed: 0, cancelled: 0 }
    const seen = items.map((item: { [name: string]: unknown }) => {
      const { id, status, published, latestVersion, runs, lastRunAt } = item
      return { id, status, published, latestVersion, runs, lastRunAt }
    })
    const quiet = { published: null, runs: none, lastRunAt: null }
    assert.deepEqual(seen, [
      { id: draft, status: 'draft', latestVersion: null, ...quiet },
      { id: stopped, status: 'stopped', latestVersion: 1, ...quiet },
      {
        id: running,
        status: 'published',
        published: 1,
        latestVersion: 1,
        runs: { ...none, waiting: 2, failed: 1 },
        lastRunAt: new Date(clock.now()).toISOString(),
      },
    ])
    const { draft: graphOf, nextScheduledAt, canary, unable, ...one } = await ok('GET', `/api/v1/flows/${running}`)
    assert.deepEqual([graphOf, nextScheduledAt, canary], [drawn, null, null])
    assert.deepEqual(unable, ['bookSlot', 'createComplaint', 'llm'])
    assert.deepEqual(one, items[2])

    const found = async (query: string) =>
      (await ok('GET', `/api/v1/flows?${query}`)).items.map(({ name }: { name: string }) => name)
    assert.deepEqual(await found('q=R%C3%9ANN'), ['Running'])
    assert.deepEqual(await found('status=stopped'), ['Stopped'])
    assert.deepEqual(await found('status=draft&q=n'), ['Drawn'])
    assert.deepEqual(await found('status=published&q=stop'), [])

    let statements = 0
    const { worker } = program.database
    const counting = {
      query: ((text: string, values: unknown[]) => {
        statements += 1
        return worker.query(text, values)
      }) as never,
    }
    assert.equal((await summariesOf(counting, 'default', [draft, stopped, running])).size, 3)
    assert.equal(statements, 1)
  } finally {
    await app.close()
    await program.close()
  }
})
