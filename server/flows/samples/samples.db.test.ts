import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type FlowsHarness, HOUR, openFlows, until } from '#flows/testing-program.ts'

describe('flows that ship', () => {
  let flows: FlowsHarness
  before(async () => {
    flows = await openFlows()
  })
  after(() => flows.close())

  const begin = async (tenant: string, document: unknown) => {
    const made = await flows.ok(tenant, 'POST', '/api/v1/flows/import', document)
    assert.deepEqual([made.created, made.faults], [true, []])
    const published = await flows.ok(tenant, 'POST', `/api/v1/flows/${made.id}/publish`, {})
    assert.deepEqual(published.warnings, [])
    return made.id as string
  }

  for (const locale of ['es', 'en']) {
    it(`can each be begun from in ${locale} and published as they are, their cases too, as often as somebody likes`, async () => {
      const { items } = await flows.ok(locale, 'GET', `/api/v1/flow-samples?locale=${locale}`)
      assert.equal(items.length, 4)
      for (const { title, description, document } of items) {
        assert.deepEqual([document.name, document.description], [title[locale], description[locale]])
        const id = await begin(locale, document)
        const other = await begin(locale, { ...document, name: 'Mine' })
        assert.notEqual(id, other)
        const { items: cases } = await flows.ok(locale, 'GET', `/api/v1/flows/${id}/cases`)
        assert.deepEqual(
          cases.map(({ name }: { name: string }) => name).sort(),
          document.cases.map(({ name }: { name: string }) => name).sort(),
        )
      }
    })
  }

  it('speak the language of the house where nobody says which, and no other than theirs', async () => {
    const { items } = await flows.ok('acme', 'GET', '/api/v1/flow-samples')
    assert.equal(items[0].document.name, 'Conversación abandonada')
    const { status, body } = await flows.call('acme', 'GET', '/api/v1/flow-samples?locale=fr')
    assert.deepEqual([status, body.errors[0].path], [400, '/locale'])
  })

  it('a moved appointment is reminded of its new hour only', async () => {
    const { items } = await flows.ok('moves', 'GET', '/api/v1/flow-samples')
    const { document } = items.find(({ id }: { id: string }) => id === 'appointment-reminder')
    const id = await begin('moves', document)
    const told = (type: string, start: string) =>
      flows.tell('moves', type, 'ap-7', { appointmentId: 'ap-7', contactId: 'maria', start })
    await told('appointment.confirmed', '2026-03-09T10:00:00Z')
    await told('appointment.moved', '2026-03-12T10:00:00Z')
    const runs: { id: string; status: string }[] = await until(
      'a run for each',
      () => flows.runsOf('moves', id),
      (found) => found.length === 2,
    )
    assert.deepEqual(runs.map(({ status }) => status).sort(), ['cancelled', 'waiting'])
    const runId = runs.find(({ status }) => status === 'waiting')?.id
    const { waitsFor } = await flows.ok('moves', 'GET', `/api/v1/runs/${runId}`)
    assert.deepEqual([waitsFor.nodeId, waitsFor.until], ['dayBefore', '2026-03-11T10:00:00.000Z'])
  })

  it('can be tried out with many people, whose key stands in the event', async () => {
    const people = { invented: { count: 100 } }
    const tried = (id: string, event: object, more: object = {}) =>
      flows.call('crowd', 'POST', `/api/v1/flows/${id}/simulate/people`, { people, event, lasts: 'P8D', ...more })
    const { items } = await flows.ok('crowd', 'GET', '/api/v1/flow-samples')
    const { document } = items.find(({ id }: { id: string }) => id === 'lead-without-reply')
    const id = await begin('crowd', document)
    const lead = (leadId: string) => ({ type: 'LeadCreated', data: { leadId, ownerId: 'u-2' } })
    const told = { type: 'LeadStatusChanged', data: { leadId: '{{ contact.id }}', from: 'new', to: 'won' } }
    const { body } = await tried(id, lead('{{ contact.id }}'), { script: [{ after: 'P3D', event: told }] })
    const { runs, notBegun } = body.totals
    assert.deepEqual([runs.begun, runs.cancelled, runs.goal, notBegun], [100, 100, 100, []])
    const same = (await tried(id, lead('ld-4'))).body.totals
    const [why, ...others] = same.notBegun
    assert.deepEqual([same.runs.begun, why.why, why.events, others], [1, 'a run of the same key is under way', 99, []])
    const refused = async (leadId: string) => {
      const { status, body: problem } = await tried(id, lead(leadId))
      return [status, problem.errors[0].path, problem.errors[0].message]
    }
    assert.deepEqual(await refused('{{ event.data.id }}'), [
      400,
      '/event/data/leadId',
      'there is no variable event.data.id; known are contact (line 1, column 4)',
    ])
    assert.deepEqual(await refused('{{ contact.attributes.of }}'), [
      400,
      '/event',
      'cannot be filled in for person-1: undefined variable: contact.attributes.of (line 1)',
    ])
  })

  describe('what quiet hours hold does not leave once it is needless', () => {
    const begun = async (tenant: string, sample: string) => {
      await flows.people(tenant)
      const { items } = await flows.ok(tenant, 'GET', '/api/v1/flow-samples?locale=en')
      return begin(tenant, items.find(({ id }: { id: string }) => id === sample).document)
    }
    /** Quiet hours begin now, and end so many hours later. */
    const night = (tenant: string, hours: number) => {
      const time = (at: number) => new Date(at).toISOString().slice(11, 16)
      const [from, to] = [time(flows.clock.now()), time(flows.clock.now() + hours * HOUR)]
      const quietHours = [{ name: 'Night', from, to, action: 'hold' }]
      return flows.ok(tenant, 'PUT', '/api/v1/sending-rules', { timeZone: 'UTC', quietHours, caps: [] })
    }
    const come = (tenant: string, ...expected: string[]) =>
      until(
        `notifications: ${expected}`,
        async () =>
          (await flows.notificationsOf(tenant))
            .map(({ template, status }: { [name: string]: string }) => `${template} ${status}`)
            .sort(),
        (found) => found.join() === expected.sort().join(),
      )

    it('the lead was won meanwhile', async () => {
      const tenant = 'held-lead'
      const flow = await begun(tenant, 'lead-without-reply')
      await flows.tell(tenant, 'LeadCreated', 'ld-4', { leadId: 'ld-4', contactId: 'maria' })
      await flows.stands(tenant, flow, 'soon')
      await flows.pass(2 * HOUR)
      await flows.stands(tenant, flow, 'today')
      flows.clock.advance(21 * HOUR)
      await night(tenant, 10)
      await flows.pass(HOUR)
      await come(tenant, 'lead-nudge held')
      const changed = (to: string) =>
        flows.tell(tenant, 'LeadStatusChanged', 'ld-4', { leadId: 'ld-4', from: 'new', to })
      await changed('new')
      await flows.settled()
      await come(tenant, 'lead-nudge held')
      await changed('won')
      await flows.comesTo(tenant, flow, 'cancelled')
      await flows.pass(10 * HOUR)
      await come(tenant, 'lead-nudge suppressed')
    })

    it('the complaint was answered meanwhile', async () => {
      const tenant = 'held-complaint'
      const flow = await begun(tenant, 'complaint-follow-up')
      await flows.tell(tenant, 'complaint.created', 'c-12', { complaintId: 'c-12', contactId: 'maria', ownerId: 'u-2' })
      await flows.stands(tenant, flow, 'twoDays')
      flows.clock.advance(47 * HOUR)
      await night(tenant, 10)
      await flows.pass(HOUR)
      await come(tenant, 'complaint-received sent', 'complaint-in-progress held')
      await flows.tell(tenant, 'complaint.resolved', 'c-12', { complaintId: 'c-12', resolution: 'We returned it' })
      await flows.stands(tenant, flow, 'tellAnswer')
      await flows.pass(10 * HOUR)
      await flows.stands(tenant, flow, 'content')
      await come(tenant, 'complaint-received sent', 'complaint-in-progress suppressed', 'complaint-resolved sent')
    })

    it('the appointment is about to begin, or was cancelled meanwhile', async () => {
      const tenant = 'held-appointment'
      const flow = await begun(tenant, 'appointment-reminder')
      const start = new Date(flows.clock.now() + 10 * HOUR).toISOString()
      for (const appointmentId of ['ap-7', 'ap-8']) {
        await flows.tell(tenant, 'appointment.confirmed', appointmentId, { appointmentId, contactId: 'maria', start })
      }
      await until(
        'both wait',
        () => flows.runsOf(tenant, flow),
        ({ length }) => length === 2,
      )
      flows.clock.advance(7 * HOUR)
      await night(tenant, 10)
      await flows.pass(HOUR)
      await come(tenant, 'appointment-reminder held', 'appointment-reminder held')
      await flows.tell(tenant, 'appointment.cancelled', 'ap-8', { appointmentId: 'ap-8' })
      await come(tenant, 'appointment-reminder suppressed', 'appointment-reminder held')
      await flows.pass(1.5 * HOUR)
      await come(tenant, 'appointment-reminder suppressed', 'appointment-reminder suppressed')
      const ended = await flows.runsOf(tenant, flow)
      assert.deepEqual(ended.map(({ outcome }: { outcome: string }) => outcome).sort(), [
        'cancelled by appointment.cancelled',
        'too late to remind',
      ])
    })
  })
})
