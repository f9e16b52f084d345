import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { flows } from '#flows/index.ts'
import { graph } from '#flows/testing.ts'
import { notifications } from '#notifications/index.ts'
import { reports } from '#reports/index.ts'
import { flatEvent, testProgram, testServer } from '../../testing.ts'

test('a run that is cancelled, or reaches its goal, while its call is under way hears the answer as it is then', async () => {
  const answers: (() => void)[] = []
  const slow = createServer((_, response) => void answers.push(() => response.end('{}')))
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  const program = await testProgram([deliveries, conversations, notifications, reports, flows], {
    env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.1' },
  })
  const app = await testServer(program)
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, judged by the assertions
  const call = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object): Promise<any> => {
    const headers = { authorization: 'Bearer default' }
    const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
    assert.ok(answer.statusCode < 300, answer.body)
    return answer.json()
  }
  const until = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
    for (const end = Date.now() + 15_000; ; await new Promise((resolve) => setTimeout(resolve, 5))) {
      const value = await read()
      if (holds(value)) return value
      assert.ok(Date.now() < end, JSON.stringify(value))
    }
  }
  const tell = (type: string, subject: string) =>
    program.log.append({ ...flatEvent({ id: `${type}-${subject}`, encounterId: subject }), type })
  try {
    await program.start()
    const { id } = await call('POST', '/api/v1/flows', { name: 'Under way' })
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`
    const drawn = graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['call', 'http', { url }],
      ],
      ['start call'],
    )
    await call('PUT', `/api/v1/flows/${id}/draft`, { ...drawn, settings: { goal: { event: 'arrived' } } })
    await call('POST', `/api/v1/flows/${id}/publish`, {})
    for (const who of ['stopped', 'arrived', 'plain']) await tell('go', who)
    await until(
      async () => answers.length,
      (n) => n === 3,
    )
    const { items } = (await call('GET', `/api/v1/flows/${id}/runs`)) as { items: { subject: string; id: string }[] }
    const ids = new Map(items.map((run) => [run.subject, run.id]))
    const read = (who: string) => call('GET', `/api/v1/runs/${ids.get(who)}`)
    await call('POST', `/api/v1/runs/${ids.get('stopped')}/cancel`, {})
    await tell('arrived', 'arrived')
    await until(
      () => read('arrived'),
      ({ goalAt }) => goalAt !== null,
    )

    for (const answer of answers) answer()
    for (const who of ['plain', 'arrived']) {
      await until(
        () => read(who),
        ({ status }) => status === 'completed',
      )
    }
    assert.notEqual((await read('arrived')).goalAt, null)
    assert.equal((await read('stopped')).status, 'cancelled')
  } finally {
    await app.close()
    await program.close()
    slow.close()
  }
})
