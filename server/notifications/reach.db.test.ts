import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { hashId } from '#platform/ids.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'
import {
  type NotifyRequest,
  notifications,
  type PushSink,
  type SmtpSink,
  startPushSink,
  startSmtpSink,
} from './index.ts'
import { createNotifier } from './notifier.ts'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let push: PushSink
let smtp: SmtpSink

before(async () => {
  push = await startPushSink()
  smtp = await startSmtpSink()
  program = await testProgram([deliveries, conversations, notifications], {
    env: { CAUCE_PUSH_URL: push.url, SMTP_URL: smtp.url, CAUCE_WEBHOOK_ALLOW: '127.0.0.1' },
  })
  app = await testServer(program)
  await program.start()
})

after(async () => {
  await app?.close()
  await program?.close()
  await push?.close()
  await smtp?.close()
})

type Body = { [name: string]: unknown }

async function ok(who: string, method: 'GET' | 'POST' | 'PUT', url: string, payload?: Body): Promise<Body> {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${who}` },
    ...(payload === undefined ? {} : { payload }),
  })
  assert.ok(answer.statusCode < 300, answer.body)
  return answer.json()
}

/** Waits until a notification is over, and tells its steps. */
async function over(who: string, id: unknown) {
  for (let tries = 0; ; tries++) {
    const found = await ok(who, 'GET', `/api/v1/notifications/${id}`)
    const states = found.states as Body[]
    const steps = states.map(({ status, channel, reason }) => `${status}:${channel}${reason ? ` (${reason})` : ''}`)
    if (['sent', 'failed'].includes(String(found.status))) return { steps, address: found.address, states }
    assert.ok(tries < 400, `it is still ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

test('when a channel fails for good the next one takes it', async () => {
  const who = 'fallback'
  const addresses = { push: 'gone-device', email: 'maria@example.com' }
  await ok(who, 'PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es', addresses })
  push.breakWith(410)
  try {
    const body = { to: 'maria', template: 'come-back', channels: ['push', 'email'] }
    const { notificationId } = await ok(who, 'POST', '/api/v1/notifications', body)
    const { steps, address, states } = await over(who, notificationId)
    assert.deepEqual(
      steps.map((step) => step.split(' ', 1)[0]),
      ['queued:push', 'channel_failed:push', 'queued:email', 'sent:email'],
    )
    assert.match(String(states[1]?.reason), /410/)
    assert.equal((states[1]?.payload as Body | undefined)?.title, '¡Hola, María!')
    assert.equal(address, 'maria@example.com')
  } finally {
    push.breakWith(null)
  }
})

test('a contact without a device passes the turn on; where there is no other channel it fails with the reason', async () => {
  const who = 'no-device'
  await ok(who, 'PUT', '/api/v1/contacts/maria', { locale: 'es', addresses: { email: 'maria@example.com' } })
  const content = { body: 'Hola' }
  const both = await ok(who, 'POST', '/api/v1/notifications', { to: 'maria', content, channels: ['push', 'email'] })
  const { steps, address } = await over(who, both.notificationId)
  assert.deepEqual(steps, ['skipped:push (no push address)', 'queued:email', 'sent:email'])
  assert.equal(address, 'maria@example.com')
  const alone = await ok(who, 'POST', '/api/v1/push', { to: 'maria', body: 'Hola' })
  assert.deepEqual((await over(who, alone.notificationId)).steps, [
    'skipped:push (no push address)',
    'failed:null (no push address)',
  ])
})

test('whom nobody registered is reached by the id that events gave them, and an unknown `to` is an address', async () => {
  const who = 'unregistered'
  const data = {
    event_id: 'e-1',
    type: 'encounter',
    subtype: 'created',
    encounter_id: 'enc-1',
    patient_id: 'patient-7',
  }
  await program.runtime.appendEvent({ ...flatEvent({ id: 'e-1', tenant: who }), data, raw: JSON.stringify(data) })
  await program.log.settled()
  assert.equal((await ok(who, 'GET', '/api/v1/contacts/patient-7')).name, null)
  for (const to of ['patient-7', 'never-heard-of']) {
    const { notificationId } = await ok(who, 'POST', '/api/v1/push', { to, body: 'Hola' })
    const got = await push.received.waitFor((item) => item.idempotencyKey === notificationId)
    assert.equal(got.to, to)
  }
})

test('a flow that hears of somebody before anything is known of them reaches them by that id', async () => {
  const who = 'first-heard'
  const notifier = await createNotifier(program.runtime)
  const request: NotifyRequest = {
    tenant: who,
    id: hashId('unregistered', 'flow'),
    to: { contactId: 'patient-8' },
    content: { format: 'plain', body: 'Hola' },
    channels: ['email', 'push'],
  }
  const now = program.runtime.clock.now()
  const planned = await notifier.plan(program.database.worker, [request], now)
  await program.database.transaction(async (tx) => notifier.notify(tx, planned))
  const { steps, address } = await over(who, request.id)
  assert.deepEqual(steps, ['skipped:email (no email address)', 'queued:push', 'sent:push'])
  assert.equal(address, 'patient-8')
})
