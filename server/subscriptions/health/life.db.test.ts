import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endpointRig, HOUR_MS, MINUTE_MS } from './testing.ts'

/** The whole life of an endpoint that fails, with two nodes over one database and a clock that is moved by hours. */

let rig: Awaited<ReturnType<typeof endpointRig>>
before(async () => {
  rig = await endpointRig(2)
})
after(() => rig?.close())

const templates = (inbox: readonly { template: string }[]) => inbox.map(({ template }) => template)
const times = (count: number, what: string) => Array<string>(count).fill(what)

/** What is told of how it fares; each dead letter is told of besides. */
const ofHealth = async () => (await rig.told()).filter(({ type }) => type !== 'subscription.exhausted')

test('failing, warned, disabled, probed and well again', async () => {
  const { clock, nodes, worker, receiver, smtp, call, until, page } = rig
  const { id } = await rig.register('/hook?token=hidden')
  await rig.attempted(id)
  const healthy = await page(id)
  assert.equal(healthy.health.state, 'well')
  assert.ok(healthy.health.lastSuccessAt !== null)

  rig.answerWith(503)
  await rig.attempted(id)
  const began = clock.wall()
  const first = await page(id)
  assert.equal(first.status, 'ACTIVE')
  assert.equal(first.health.state, 'failing')
  assert.equal(first.health.lastStatus, 503)
  assert.ok(Date.parse(first.health.nextAttemptAt ?? '') > began)
  const since = Date.parse(first.health.since ?? '')
  assert.ok(Math.abs(since - began) < 10_000)
  await rig.looked()
  assert.deepEqual(await ofHealth(), [], 'nobody is woken by a failure of minutes')

  for (const [hours, warnings] of [
    [1.1, 1],
    [20, 1],
    [24.1, 2],
    [72.1, 3],
    [108.1, 4],
    [119.5, 4],
  ] as const) {
    rig.moveTo(since + hours * HOUR_MS)
    await rig.attempted(id)
    await rig.looked()
    const { status, health } = await page(id)
    assert.deepEqual([status, health.state, health.warnings], ['ACTIVE', 'failing', warnings], `after ${hours} h`)
    assert.equal(Date.parse(health.since ?? ''), since)
    assert.ok(Math.abs(Date.parse(health.disablesAt ?? '') - since - 120 * HOUR_MS) < HOUR_MS)
    const events = await ofHealth()
    assert.deepEqual(
      events.map(({ type, warning }) => [type, warning]),
      Array.from({ length: warnings }, (_, i) => ['subscription.failing', i + 1]),
    )
    for (const who of ['olga', 'adam'])
      assert.deepEqual(templates(await rig.inboxOf(who)), times(warnings, 'webhook-failing'))
  }
  const mail = await smtp.received.waitFor(({ to }) => to.includes('olga@acme.example'))
  assert.equal(mail.headers.subject, 'A webhook fails')
  assert.match(mail.raw, /503/)
  assert.doesNotMatch(mail.raw, /hidden/)

  rig.moveTo(since + 121 * HOUR_MS)
  await rig.attempted(id)
  await rig.looked()
  const off = await page(id)
  assert.deepEqual([off.status, off.statusReason], ['DISABLED', 'every attempt failed for 120 hours'])
  assert.equal(off.health.state, 'disabled')
  assert.equal(Date.parse(off.health.failingSince ?? ''), since)
  const disabledAt = Date.parse(off.health.since ?? '')
  assert.equal(Date.parse(off.health.nextAttemptAt ?? ''), disabledAt + HOUR_MS)
  const [disabled] = (await ofHealth()).slice(4)
  assert.deepEqual([disabled?.type, disabled?.cause], ['subscription.disabled', 'failing'])
  assert.deepEqual(templates(await rig.inboxOf('olga')).slice(4), ['webhook-disabled'])
  assert.deepEqual(await worker.query('select 1 from delivery where target = $1', [`subscription:${id}`]), [])

  // While it is disabled it gets probes and nothing else.
  const before = receiver.received.length
  await rig.append()
  await Promise.all(nodes.map(({ log }) => log.settled()))
  for (const probe of [1, 2]) {
    rig.move(HOUR_MS)
    await until(`probe ${probe}`, async () => {
      const { health } = await page(id)
      return Date.parse(health.nextAttemptAt ?? '') > clock.wall()
    })
    const asked = receiver.received.slice(before)
    assert.equal(asked.length, probe)
    assert.equal(JSON.parse(asked[probe - 1]?.body ?? '').type, 'subscription.probe')
  }
  assert.equal((await page(id)).status, 'DISABLED')

  rig.answerWith(200)
  rig.move(HOUR_MS)
  const on = await until('the recovery', async () => {
    const now = await page(id)
    return now.status === 'ACTIVE' && now
  })
  assert.deepEqual([on.statusReason, on.health.state, on.health.warnings], [undefined, 'well', 0])
  assert.deepEqual(
    (await ofHealth()).map(({ type }) => type),
    [...times(4, 'subscription.failing'), 'subscription.disabled', 'subscription.recovered'],
  )
  const [recovered] = (await ofHealth()).slice(-1)
  assert.equal(Date.parse(String(recovered?.failingSince)), since)
  assert.equal(Date.parse(String(recovered?.disabledAt)), disabledAt)

  // What it missed is counted, then sent: also what came while it was off.
  const body = { since: new Date(since - MINUTE_MS).toISOString() }
  const replay = `/${id}/replay`
  const { count } = await call<{ count: number }>('POST', replay, { ...body, dryRun: true })
  assert.equal(count, 9, 'eight that failed, and the one that came while it was disabled')
  await call('POST', replay, body)
  await until('all that was missing', async () => {
    const rest = await call<{ count: number }>('POST', replay, { ...body, dryRun: true })
    return rest.count === 0 && (await page(id)).health.nextAttemptAt === null
  })

  for (const who of ['olga', 'adam']) {
    await rig.mailed(`${who}@acme.example`, 6)
    assert.deepEqual(templates(await rig.inboxOf(who)), [
      ...times(4, 'webhook-failing'),
      'webhook-disabled',
      'webhook-recovered',
    ])
  }
  assert.equal(rig.mails().size, 12, 'nobody else was told')
})
