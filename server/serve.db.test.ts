import assert from 'node:assert/strict'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { after, describe, it, mock } from 'node:test'
import { bootstrap } from '#access/index.ts'
import { until } from '#events/testing.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { testProgram } from './testing.ts'

const KEY = 'a-key-of-this-test-and-of-nothing-else'

describe('the doors of a program whose disk is nearly full', () => {
  after(() => {
    mock.restoreAll()
    syncBuiltinESMExports()
  })

  it('answer 503 with Retry-After until there is room; all else goes on', async () => {
    let free = 4
    mock.method(fs, 'statfs', async () => ({ bavail: free, blocks: 100 }))
    syncBuiltinESMExports()
    const program = await testProgram(services, { env: { CAUCE_API_KEY: KEY }, dataFolder: tmpdir() })
    const { database, settings, clock } = program.runtime
    await bootstrap({ database, settings, clock })
    await program.start()
    const app = await serve(program, [])
    try {
      const headers = { authorization: `Bearer ${KEY}` }
      const post = (id: string) =>
        app.inject({
          method: 'POST',
          url: '/api/v1/events',
          headers,
          payload: { event_id: id, type: 'test', subtype: 'sent', encounter_id: 'e', datetime: Date.now() },
        })
      const refused = await until(
        () => post('one'),
        ({ statusCode }) => statusCode !== 202,
      )
      assert.deepEqual(
        [refused.statusCode, refused.json().code, refused.headers['retry-after']],
        [503, 'disk-full', '30'],
      )
      assert.equal((await app.inject({ url: '/api/v1/events', headers })).statusCode, 200)
      const ready = () => app.inject({ url: '/ready' })
      const full = await ready()
      assert.deepEqual(
        [full.statusCode, full.json().status, full.json().checks.disk],
        [503, 'failed', { state: 'failed', detail: 'nearly full: events are refused until there is room' }],
      )
      assert.equal((await app.inject({ url: '/health' })).statusCode, 200, 'to start it again would not make room')
      free = 6
      await until(
        () => post('two'),
        ({ statusCode }) => statusCode === 202,
      )
      const well = await ready()
      assert.deepEqual([well.statusCode, well.json().checks.disk], [200, { state: 'ok', detail: 'there is room' }])
    } finally {
      await app.close()
      await program.close()
    }
  })
})

it('a program whose database only reads, as a managed one does that ran out of storage, is not ready', async () => {
  const program = await testProgram(services)
  const app = await serve(program, [])
  const database = async () => {
    const { statusCode, ...answer } = await app.inject({ url: '/ready' })
    return [statusCode, answer.json().checks.database]
  }
  try {
    const [, well] = await database()
    assert.equal(well.state, 'ok')
    await program.runtime.database.worker.query('set default_transaction_read_only = on')
    assert.deepEqual(await database(), [503, { state: 'failed', detail: 'it only reads: nothing can be stored' }])
    assert.deepEqual(await database(), [200, well], 'another connection may have found the primary')
  } finally {
    await app.close()
    await program.close()
  }
})
