/**
 * Webhooks of another system come in while the program is killed (kill -9) after each step of taking one. Their sender tries
 * again until it is answered well, as senders do: each message is one event, and what was answered well is there.
 * In full (more passages of each step): E2E_FULL=1 node cauce.mjs test e2e/inbound
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { clientOf } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { FULL } from './harness/scale.ts'

const STEPS = ['inbound:kept', 'inbound:appended', 'inbound:marked']
const PASSAGES = FULL ? [1, 7, 23, 50] : [7]
const MESSAGES = 60
const AT_ONCE = 8

describe('a webhook comes in although the program is killed', { timeout: 1_800_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let path: string
  let secret: string

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-inbound-'))
    program = programProcess(dataDir, await freePort())
    await program.start()
    const made = await clientOf([program.url]).persist<{ url: string; secret: string }>(
      'POST',
      '/api/v1/inbound-endpoints',
      {
        name: 'Shop',
        verification: { kind: 'hmac', header: 'X-Signature', idHeader: 'X-Id' },
        event: { type: 'shop.paid', subject: 'body.customer' },
      },
    )
    path = new URL(made.url).pathname
    secret = made.secret
  })
  after(async () => {
    await program?.kill()
    await removeEmbedded(dataDir)
  })

  /** @returns whether it was answered well; a killed program answers nothing */
  async function send(body: string, id: string): Promise<boolean> {
    const signature = createHmac('sha256', secret).update(body).digest('hex')
    const headers = { 'content-type': 'application/json', 'x-signature': signature, 'x-id': id }
    const signal = AbortSignal.timeout(10_000)
    return fetch(program.url + path, { method: 'POST', headers, body, signal }).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  for (const step of STEPS) {
    for (const passage of PASSAGES) {
      it(`after ${step}, at passage ${passage}`, async () => {
        await program.stop()
        program.startDoomed(`${step}:${passage}`)
        await program.ready()
        const name = `${step}-${passage}`
        const messages = Array.from({ length: MESSAGES }, (_, i) => ({
          id: `${name}-${i}`,
          body: JSON.stringify({ n: `${name}-${i}`, customer: `c${i % 5}` }),
        }))
        let waiting = messages
        let restarts = 0
        while (waiting.length > 0) {
          const left: typeof messages = []
          for (let i = 0; i < waiting.length; i += AT_ONCE) {
            const part = waiting.slice(i, i + AT_ONCE)
            const well = await Promise.all(part.map(({ body, id }) => send(body, id)))
            left.push(...part.filter((_, n) => !well[n]))
          }
          if (left.length > 0) {
            assert.ok(await program.died(), 'it answers all but what the kill cut off')
            assert.equal(restarts++, 0, 'it is killed once')
            await program.start()
          }
          waiting = left
        }
        assert.equal(restarts, 1, 'the step was come to')
        const client = await program.database()
        const { rows } = await client
          .query<{ n: string; times: number }>(
            `select raw::jsonb->'data'->>'n' as n, count(*)::int as times from event_log
             where type = 'shop.paid' and raw::jsonb->'data'->>'n' like $1 || '-%' group by 1`,
            [name],
          )
          .finally(() => client.end())
        assert.equal(rows.length, MESSAGES, 'none is lost')
        assert.deepEqual(
          rows.filter(({ times }) => times !== 1),
          [],
          'none is doubled',
        )
      })
    }
  }
})
