/**
 * A webhook's endpoint fails until it is disabled, is probed and comes back, while the program is killed (kill -9) at
 * the steps of that way. The hours are made short in the database; everything else is the real program.
 * In full (every step; some 3 minutes): E2E_FULL=1 node cauce.mjs test e2e/endpoint
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { clientOf, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { FULL } from './harness/scale.ts'

/** The looks: the first finds it failing, the second warns, the third disables. */
const POINTS = FULL
  ? [
      'subscriptions:look:1',
      'subscriptions:look:2',
      'subscriptions:look:3',
      'subscriptions:disabled:1',
      'subscriptions:probe:1',
      'subscriptions:probed:1',
      'deliveries:after-send:2',
      'deliveries:after-mark:2',
    ]
  : ['subscriptions:look:2', 'subscriptions:disabled:1', 'subscriptions:probed:1']

type Shown = { status: string; health: { state: string; warnings: number } }

describe('an endpoint fails, is disabled and comes back although the program is killed', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: Server
  let answer = 500
  const asked: { path: string; id: string; type: string }[] = []

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-endpoint-'))
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { type } = JSON.parse(body) as { type: string }
      asked.push({ path: request.url ?? '', id: String(request.headers['webhook-id']), type })
      response.writeHead(answer).end()
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    program = programProcess(dataDir, await freePort())
    await program.start()
  })
  after(async () => {
    await program?.kill()
    receiver?.closeAllConnections()
    receiver?.close()
    await removeEmbedded(dataDir)
  })

  async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = await program.database()
    try {
      return (await client.query(text, values)).rows
    } finally {
      await client.end()
    }
  }

  /** What is due only later is due now; hours pass for an endpoint that is known to fail, and it is looked at. */
  async function hurry(id: string): Promise<void> {
    await sql(
      // In earnest there are hours between an end and the first probe: the end has been told of by then, also after a kill.
      `update due set due_at = clock_timestamp() where kind in ('subscription.look', 'subscription.probe')
         and due_at > clock_timestamp() and (kind = 'subscription.look'
           or not exists (select 1 from due told where told.kind = 'subscription.disabled'))`,
    )
    await sql(
      `with aged as (
         update subscription set
           failing_since = failing_since - case warnings when 0 then interval '2 hours' else interval '128 hours' end,
           warnings = case warnings when 0 then 0 else 4 end, warned_at = warned_at - interval '13 hours'
         where id = $1 and failing_since > clock_timestamp() - case warnings when 0 then interval '1 hour' else interval '127 hours' end
         returning tenant),
       looked as (
         insert into due (kind, tenant, key, due_at)
         select 'subscription.look', tenant, '0:' || $1, clock_timestamp() from aged on conflict do nothing)
       update subscription_change set version = version + 1 where tenant in (select tenant from aged)`,
      [id],
    )
  }

  /** Lets it live on, starting it again where it was killed, until the subscription has this status. */
  const becomes = (id: string, status: string) =>
    settled(async () => {
      if (!program.alive()) await program.start()
      await hurry(id).catch(() => {})
      const [shown] = await sql<Shown>('select status from subscription where id = $1', [id]).catch(() => [])
      return shown?.status === status ? '' : `the subscription is ${shown?.status}`
    }, 90_000)

  for (const point of POINTS) {
    it(`at ${point}`, async () => {
      const path = `/${point}`
      const type = `sick.${point.replaceAll(/[^a-z0-9]/g, '-')}`
      answer = 500
      await program.kill()
      program.startDoomed(point)
      const { persist } = clientOf([program.url])
      if (
        !(await program.ready().then(
          () => true,
          () => false,
        ))
      )
        await program.start()
      const { id } = await persist<{ id: string }>(
        'POST',
        '/api/v1/subscriptions',
        {
          routingKeyPattern: type,
          webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`,
          // Every second while the breaker is closed, so that there is always a next attempt to go by.
          retryDelays: Array(20).fill('PT2S'),
        },
        { 'idempotency-key': `"${point}"` },
      )
      const event = { specversion: '1.0', id: `event-${point}`, source: 'e2e', type, data: {} }
      await persist('POST', '/api/v1/events', event)
      await becomes(id, 'DISABLED')
      answer = 200
      await becomes(id, 'ACTIVE')
      if (!program.alive()) await program.start()
      const { health } = await persist<Shown>('GET', `/api/v1/subscriptions/${id}`)
      assert.deepEqual([health.state, health.warnings], ['well', 0])

      // Whatever was done twice is there once.
      const told = await sql<{ type: string }>(
        `select type from event_log where subject = $1 and type like 'subscription.%' order by position`,
        [id],
      )
      assert.deepEqual(
        told.map((row) => row.type),
        ['subscription.failing', 'subscription.disabled', 'subscription.recovered'],
      )
      const inbox = await sql<{ template: string }>(
        `select template from notification where in_inbox and payload like '%' || $1 || '%' order by created_at`,
        [id],
      )
      assert.deepEqual(
        inbox.map((row) => row.template),
        ['webhook-failing', 'webhook-disabled', 'webhook-recovered'],
      )
      const mine = asked.filter((one) => one.path === path)
      const ids = (wanted: string) => new Set(mine.filter((one) => one.type === wanted).map((one) => one.id))
      assert.equal(ids('subscription.probe').size, 1, 'a probe is repeated under its id')
      assert.equal(ids(type).size, 1)

      // What it missed is still there.
      await persist('POST', `/api/v1/subscriptions/${id}/replay`, { since: '2026-01-01T00:00:00Z' })
      await settled(async () => {
        const page = await persist<{ items: { status: string }[] }>('GET', `/api/v1/subscriptions/${id}/deliveries`)
        return page.items[0]?.status === 'delivered' ? '' : `the delivery is ${page.items[0]?.status}`
      }, 30_000)
    })
  }
})
