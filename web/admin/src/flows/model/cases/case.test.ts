import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { type Data, graphFrom } from '../graph.ts'
import type { Scenario } from '../scenario.ts'
import { actsOf, laterOf, newCase, withFirstWay } from './case.ts'
import { caseOf, withQueueHours } from './from-simulation.ts'

const file = async (name: string) =>
  JSON.parse(
    await readFile(new URL(`../../../../../../server/flows/samples/es/${name}.flow.json`, import.meta.url), 'utf8'),
  ) as Data & { cases: Data[] }

const SAMPLES = ['abandoned-conversation', 'lead-without-reply', 'appointment-reminder', 'complaint-follow-up']

describe('a case', () => {
  it('keeps what happens later as it was written when nobody changes it', async () => {
    for (const name of SAMPLES) {
      for (const { later, ...body } of (await file(name)).cases) {
        if (later !== undefined) assert.deepEqual(laterOf(actsOf({ ...body, later })), later)
      }
    }
  })

  it('keeps in an event what no form shows, and takes a new form with another type', () => {
    const event = { type: 'LeadStatusChanged', subject: 's', time: '2026-01-01T00:00:00Z', data: { leadId: 'a' } }
    const [act] = actsOf({ later: [{ after: 'P1D', event }] })
    assert.ok(act?.kind === 'event')
    assert.deepEqual(laterOf([{ ...act, data: { leadId: 'b' } }]), [
      { after: 'P1D', event: { ...event, data: { leadId: 'b' } } },
    ])
    assert.deepEqual(laterOf([{ ...act, type: 'encounter.closed', data: { encounter_id: 'e1' } }]), [
      { after: 'P1D', event: { type: 'encounter', subtype: 'closed', encounter_id: 'e1' } },
    ])
  })

  it('begins with what begins the flow, as the catalogue shows it', async () => {
    const graph = graphFrom(await file('lead-without-reply'))
    assert.deepEqual(newCase(graph, 'Ana', 'es', { leadId: 'ld-4' }), {
      event: { type: 'LeadCreated', data: { leadId: 'ld-4' } },
      contact: { name: 'Ana', locale: 'es' },
      expect: { status: 'completed' },
    })
  })

  it('says what a step comes to at its first visit, and keeps later ones', () => {
    const body: Data = { outcomes: { push: [{ way: 'failed', cause: 'x' }, { way: 'sent' }] } }
    assert.deepEqual(withFirstWay(body, 'push', 'suppressed').outcomes, {
      push: [{ way: 'suppressed', cause: 'x' }, { way: 'sent' }],
    })
    assert.deepEqual(withFirstWay(body, 'push', null), {})
  })
})

describe('a case of a simulation', () => {
  const scenario: Scenario = {
    person: { kind: 'known', contactId: 'maria', queueId: 'coach' },
    event: 'encounter.tmipw_expired',
    startAt: null,
    data: {},
    acts: [{ after: 'PT2H', kind: 'reply', text: 'Hola' }],
    outcomes: {},
  }
  const AT = '2026-03-02T19:00:00.000Z'
  const visit = (nodeId: string, type: string, way: string) => ({
    ...{ visit: 1, nodeId, type, at: AT, endedAt: AT, way },
  })
  const week = { mon: [{ from: '09:00', to: '18:00' }] }
  const office = { id: 'office', timeZone: 'America/Santiago', week } as never
  const world = {
    contact: { id: 'maria', name: 'María', locale: 'es', timeZone: null, addresses: { push: 'device' } },
    queue: { id: 'coach', name: 'Coach', continuity: true, calendarId: 'office', brand: null } as never,
    calendars: [office],
  }
  const played = (reason: string | null) => ({
    status: 'completed',
    outcome: 'recuperada',
    path: [
      visit('start', 'trigger', 'out'),
      visit('push', 'notify', reason === null ? 'sent' : 'failed'),
      visit('reply', 'waitForEvent', 'event'),
    ],
    messages: [
      { at: AT, nodeId: 'push', kind: 'notify', channel: reason === null ? 'email' : null, body: 'Hola', reason },
    ],
  })
  const made = async (reason: string | null) =>
    caseOf(scenario, played(reason), graphFrom(await file('abandoned-conversation')), world)

  it('brings along the time, the person without addresses, the queue and its hours, and expects what came', async () => {
    assert.deepEqual(await made(null), {
      event: {
        ...{ type: 'encounter', subtype: 'tmipw_expired', encounter_id: 'simulacion', patient_id: 'maria' },
        ...{ queue_id: 'coach', datetime: Date.parse(AT) },
      },
      contact: { name: 'María', locale: 'es' },
      encounter: { status: 'warned', tags: [] },
      queue: { name: 'Coach', continuity: true },
      calendars: { queue: { timeZone: 'America/Santiago', week } },
      later: [{ after: 'PT2H', reply: 'Hola' }],
      expect: {
        ...{ status: 'completed', outcome: 'recuperada', steps: ['start', 'push', 'reply'] },
        // By the first channel of the step, as cases go.
        messages: [{ node: 'push', after: 'PT0S', channel: 'push', template: 'come-back' }],
      },
    })
  })

  it('sends what is only not set up here, and says of what the gate held back that it was', async () => {
    const notSetUp = await made('push is not set up')
    assert.equal(notSetUp.outcomes, undefined)
    assert.equal((notSetUp.expect as { messages: unknown[] }).messages.length, 1)
    const quiet = await made('opted out')
    assert.deepEqual(quiet.outcomes, { push: [{ way: 'failed' }] })
    assert.deepEqual((quiet.expect as { messages: unknown[] }).messages, [])
  })

  it('tells how long quiet hours held a notification, and expects it when it was asked for', async () => {
    const since = AT
    const left = new Date(Date.parse(AT) + 10 * 3_600_000).toISOString()
    const plain = played(null)
    const [start, push, reply] = plain.path
    const held = {
      ...plain,
      path: [start, { ...push, endedAt: left }, { ...reply, at: left, endedAt: left }] as typeof plain.path,
      messages: plain.messages.map((said) => ({ ...said, at: left, held: { since, reason: 'quiet hours: Noches' } })),
    }
    const body = caseOf(scenario, held, graphFrom(await file('abandoned-conversation')), world)
    assert.deepEqual(body.outcomes, { push: [{ way: 'sent', after: 'PT10H' }] })
    const { messages } = body.expect as { messages: unknown[] }
    assert.deepEqual(messages, [{ node: 'push', after: 'PT0S', channel: 'push', template: 'come-back' }])
  })

  it('lets wait what was called off because its run was over', async () => {
    const left = new Date(Date.parse(AT) + 2 * 3_600_000).toISOString()
    const plain = played('the run that asked for it went on without it')
    const [start, push] = plain.path
    const { way: _way, ...open } = push as (typeof plain.path)[number]
    const over = { ...plain, path: [start, { ...open, endedAt: left }] as typeof plain.path }
    const body = caseOf(scenario, over, graphFrom(await file('abandoned-conversation')), world)
    assert.deepEqual(body.outcomes, { push: [{ way: 'suppressed', after: 'P1DT2H' }] })
    assert.deepEqual((body.expect as { messages: unknown[] }).messages, [])
  })

  it('counts all hours again when its calendar is taken away', () => {
    const with9 = withQueueHours({}, office)
    assert.deepEqual(with9, { calendars: { queue: { timeZone: 'America/Santiago', week } } })
    assert.deepEqual(withQueueHours(with9, null), {})
  })
})
