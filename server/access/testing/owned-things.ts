/** A thing of the first tenant: where it is reached, and what an attacker would send there. */
export type Owned = {
  url: string
  body?: object
  /** The route makes one's own thing under the same id. */
  ownAfterwards?: boolean
}

export const MARK = 'marker-of-acme'

type Make = (method: string, url: string, payload?: unknown) => Promise<Record<string, unknown>>

/**
 * Makes one of each thing and says by which routes it is reached.
 * @param refusedId of a refused message, which only a broker brings; `mqttRefusedId` likewise
 */
export async function ownedThings(make: Make, refusedId: string, mqttRefusedId: string): Promise<Map<string, Owned>> {
  const owned = new Map<string, Owned>()
  const at = (name: string, url: string, more: Omit<Owned, 'url'> = {}) => void owned.set(name, { url, ...more })
  const id = (made: Record<string, unknown>) => String(made.id)

  const api = '/api/v1'
  const queue = { name: MARK }
  await make('PUT', `${api}/queues/queue-1`, queue)
  at('GET /api/v1/queues/:id', `${api}/queues/queue-1`)
  at('POST /api/v1/queues/:id/preview', `${api}/queues/queue-1/preview`, { body: {} })
  at('PUT /api/v1/queues/:id', `${api}/queues/queue-1`, { body: { name: 'mine' }, ownAfterwards: true })

  const calendar = { name: MARK, timeZone: 'UTC', week: { mon: [{ from: '09:00', to: '18:00' }] } }
  await make('PUT', `${api}/calendars/calendar-1`, calendar)
  at('GET /api/v1/calendars/:id', `${api}/calendars/calendar-1`)
  at('POST /api/v1/calendars/:id/preview', `${api}/calendars/calendar-1/preview`, { body: calendar })
  at('DELETE /api/v1/calendars/:id', `${api}/calendars/calendar-1`)
  at('PUT /api/v1/calendars/:id', `${api}/calendars/calendar-1`, {
    body: { ...calendar, name: 'mine' },
    ownAfterwards: true,
  })

  await make('PUT', `${api}/contacts/contact-1`, { name: MARK })
  at('GET /api/v1/contacts/:id', `${api}/contacts/contact-1`)
  at('GET /api/v1/contacts/:id/runs', `${api}/contacts/contact-1/runs`)
  at('PUT /api/v1/contacts/:id', `${api}/contacts/contact-1`, { body: { name: 'mine' }, ownAfterwards: true })

  await make('POST', `${api}/encounters`, { id: 'enc-1', queueId: 'queue-1', contactId: 'contact-1', channel: 'web' })
  await make('POST', `${api}/encounters/enc-1/messages`, { from: 'patient', text: MARK })
  const encounter = `${api}/encounters/enc-1`
  at('GET /api/v1/encounters/:id', encounter)
  at('GET /api/v1/encounters/:id/messages', `${encounter}/messages`)
  at('GET /api/v1/encounters/:id/runs', `${encounter}/runs`)
  at('POST /api/v1/encounters/:id/messages', `${encounter}/messages`, { body: { from: 'agent', text: 'mine' } })
  at('POST /api/v1/encounters/:id/extend', `${encounter}/extend`, { body: { minutes: 5 } })
  at('POST /api/v1/encounters/:id/link', `${encounter}/link`, { body: {} })
  at('POST /api/v1/encounters/:id/visit', `${encounter}/visit`, { body: { how: 'widget' } })
  at('POST /api/v1/encounters/:id/close', `${encounter}/close`, { body: { reason: 'mine' } })
  at('POST /api/v1/encounters/:id/assign', `${encounter}/assign`, { body: { team: 'mine' } })
  at('POST /api/v1/encounters/:id/transfer', `${encounter}/transfer`, { body: { queueId: 'queue-1' } })
  at('POST /api/v1/encounters/:id/return', `${encounter}/return`, { body: {} })
  at('POST /api/v1/encounters/:id/bot', `${encounter}/bot`, { body: {} })
  at('POST /api/v1/encounters/:id/snooze', `${encounter}/snooze`, {
    body: { until: new Date(Date.now() + 86_400_000).toISOString() },
  })

  const subscription = await make('POST', `${api}/subscriptions`, {
    routingKeyPattern: 'encounter.*',
    webhookUrl: `https://hooks.example.org/${MARK}`,
  })
  const hook = `${api}/subscriptions/${id(subscription)}`
  at('GET /api/v1/subscriptions/:id', hook)
  at('PATCH /api/v1/subscriptions/:id', hook, { body: { status: 'DISABLED' } })
  at('DELETE /api/v1/subscriptions/:id', hook)
  at('POST /api/v1/subscriptions/:id/rotate-secret', `${hook}/rotate-secret`, { body: {} })
  at('POST /api/v1/subscriptions/:id/test', `${hook}/test`)
  at('GET /api/v1/subscriptions/:id/deliveries', `${hook}/deliveries`)
  at('POST /api/v1/subscriptions/:id/replay', `${hook}/replay`, { body: { filter: { status: 'failed' } } })
  at('POST /api/v1/subscriptions/:id/replay/stop', `${hook}/replay/stop`)
  at('POST /api/v1/subscriptions/:id/end-previous-secret', `${hook}/end-previous-secret`)
  const delivery = String((await make('POST', `${hook}/test`)).deliveryId)
  at('GET /api/v1/subscriptions/:id/deliveries/:deliveryId/attempts', `${hook}/deliveries/${delivery}/attempts`)
  at('GET /api/v1/subscriptions/:id/deliveries/:deliveryId/payload', `${hook}/deliveries/${delivery}/payload`)
  at('GET /api/v1/deliveries/:id', `${api}/deliveries/${delivery}`)
  at('POST /api/v1/deliveries/:id/retry', `${api}/deliveries/${delivery}/retry`)

  const flow = await make('POST', `${api}/flows`, { name: MARK })
  const graph = {
    name: MARK,
    nodes: [
      { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'marker.*' } },
      { id: 'wait', type: 'wait', position: { x: 0, y: 100 }, data: { for: 'PT4H' } },
      { id: 'end', type: 'end', position: { x: 0, y: 200 }, data: {} },
    ],
    edges: [
      { id: '1', source: 'start', target: 'wait' },
      { id: '2', source: 'wait', target: 'end' },
    ],
  }
  const flowUrl = `${api}/flows/${id(flow)}`
  await make('PUT', `${flowUrl}/draft`, graph)
  await make('POST', `${flowUrl}/publish`, {})
  at('GET /api/v1/flows/:id', flowUrl)
  at('PUT /api/v1/flows/:id/draft', `${flowUrl}/draft`, { body: graph })
  at('PATCH /api/v1/flows/:id', flowUrl, { body: { name: MARK } })
  at('DELETE /api/v1/flows/:id/draft', `${flowUrl}/draft`)
  at('DELETE /api/v1/flows/:id', flowUrl)
  at('POST /api/v1/flows/:id/unpublish', `${flowUrl}/unpublish`)
  at('POST /api/v1/flows/:id/publish', `${flowUrl}/publish`, { body: {} })
  at('GET /api/v1/flows/:id/versions', `${flowUrl}/versions`)
  at('GET /api/v1/flows/:id/versions/:version', `${flowUrl}/versions/1`)
  const flowCase = {
    event: { type: 'marker.x', subject: 'x', data: { text: MARK } },
    expect: { steps: ['start', 'wait', 'end'] },
  }
  await make('PUT', `${flowUrl}/cases/case-1`, flowCase)
  at('GET /api/v1/flows/:id/cases', `${flowUrl}/cases`)
  at('GET /api/v1/flows/:id/cases/:name', `${flowUrl}/cases/case-1`)
  at('PUT /api/v1/flows/:id/cases/:name', `${flowUrl}/cases/case-1`, { body: flowCase })
  at('DELETE /api/v1/flows/:id/cases/:name', `${flowUrl}/cases/case-1`)
  await make('POST', `${flowUrl}/publish`, { canary: { percent: 1 } })
  at('GET /api/v1/flows/:id/canary', `${flowUrl}/canary`)
  at('PUT /api/v1/flows/:id/canary', `${flowUrl}/canary`, { body: { percent: 50 } })
  at('POST /api/v1/flows/:id/canary/promote', `${flowUrl}/canary/promote`, { body: {} })
  at('POST /api/v1/flows/:id/canary/stop', `${flowUrl}/canary/stop`)
  at('GET /api/v1/flows/:id/report', `${flowUrl}/report?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z`)
  at(
    'GET /api/v1/flows/:id/report/people',
    `${flowUrl}/report/people?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&version=1&stage=entered`,
  )
  at('GET /api/v1/flows/:id/export', `${flowUrl}/export`)
  at('POST /api/v1/flows/:id/cases/run', `${flowUrl}/cases/run`, { body: {} })
  at('POST /api/v1/flows/:id/publish/preview', `${flowUrl}/publish/preview`, { body: {} })
  at('POST /api/v1/flows/:id/publish/undo', `${flowUrl}/publish/undo`)
  at('GET /api/v1/flows/:id/versions/:version/move', `${flowUrl}/versions/1/move`)
  at('GET /api/v1/flows/:id/difference', `${flowUrl}/difference`)
  at('GET /api/v1/flows/:id/runs', `${flowUrl}/runs`)
  const bulk = await make('POST', `${flowUrl}/runs/bulk`, { action: 'cancel', filter: { key: 'nobody' } })
  at('POST /api/v1/flows/:id/runs/bulk', `${flowUrl}/runs/bulk`, { body: { action: 'cancel' } })
  at('GET /api/v1/flows/:id/runs/bulk/:bulkId', `${flowUrl}/runs/bulk/${id(bulk)}`)
  at('GET /api/v1/flows/:id/entries', `${flowUrl}/entries`)
  at('POST /api/v1/flows/:id/runs', `${flowUrl}/runs`, { body: {} })
  at('POST /api/v1/flows/:id/check', `${flowUrl}/check`, { body: { nodes: [], edges: [] } })
  at('GET /api/v1/flows/:id/standing', `${flowUrl}/standing`)
  at('POST /api/v1/flows/:id/simulate', `${flowUrl}/simulate`, { body: { event: { type: 'marker.x', subject: 'x' } } })
  at('POST /api/v1/flows/:id/simulate/people', `${flowUrl}/simulate/people`, {
    body: { people: { invented: { count: 1 } } },
  })
  at('POST /api/v1/flows/:id/replay', `${flowUrl}/replay`, {
    body: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' },
  })

  await make('POST', `${api}/events`, {
    event_id: 'event-1',
    type: 'marker',
    subtype: MARK,
    encounter_id: 'enc-1',
    datetime: Date.now(),
  })
  at('GET /api/v1/events/:id', `${api}/events/event-1`)
  at('PUT /backoffice/events/quarantine/:id', '/backoffice/events/quarantine/event-1', {
    body: { data: { event_id: 'event-1' }, reason: 'mine' },
  })
  at('PUT /backoffice/events/failures/:id', '/backoffice/events/failures/event-1', {
    body: { data: { event_id: 'event-1' }, reason: 'mine' },
  })
  const run = `${api}/runs/${await firstRun(make, flowUrl)}`
  at('GET /api/v1/runs/:id', run)
  at('POST /api/v1/runs/:id/cancel', `${run}/cancel`, { body: {} })
  at('POST /api/v1/runs/:id/retry', `${run}/retry`)
  at('POST /api/v1/runs/:id/fork', `${run}/fork`, { body: { nodeId: 'end' } })
  at('POST /api/v1/runs/:id/replay', `${run}/replay`, { body: {} })

  const asking = `${api}/flows/${id(await make('POST', `${api}/flows`, { name: MARK }))}`
  await make('PUT', `${asking}/draft`, {
    nodes: [
      { id: 'start', type: 'trigger', data: { event: 'question.*' } },
      { id: 'ask', type: 'approval', data: { to: 'boss@example.org', text: MARK } },
      { id: 'end', type: 'end', data: {} },
    ],
    edges: [
      { id: '1', source: 'start', target: 'ask' },
      { id: '2', source: 'ask', target: 'end' },
    ],
  })
  await make('POST', `${asking}/publish`, {})
  await make('POST', `${api}/events`, {
    event_id: 'event-2',
    type: 'question',
    subtype: MARK,
    encounter_id: 'enc-2',
    datetime: Date.now(),
  })
  await firstRun(make, asking)
  const [asked] = ((await make('GET', `${api}/approvals`)) as { items: Record<string, unknown>[] }).items
  const approval = `${api}/approvals/${id(asked ?? {})}`
  at('POST /api/v1/approvals/:id/approve', `${approval}/approve`, { body: {} })
  at('POST /api/v1/approvals/:id/reject', `${approval}/reject`, { body: {} })

  await make('PUT', `${api}/secrets/secret_1`, { value: MARK })
  at('GET /api/v1/secrets/:name', `${api}/secrets/secret_1`)
  at('DELETE /api/v1/secrets/:name', `${api}/secrets/secret_1`)
  at('PUT /api/v1/secrets/:name', `${api}/secrets/secret_1`, { body: { value: 'mine' }, ownAfterwards: true })

  const template = { channel: 'inbox', locale: 'es', body: MARK }
  await make('PUT', `${api}/templates/template-1`, template)
  at('GET /api/v1/templates/:key', `${api}/templates/template-1`)
  at('GET /api/v1/templates/:key/versions', `${api}/templates/template-1/versions?channel=inbox&locale=es`)
  at('POST /api/v1/templates/:key/preview', `${api}/templates/template-1/preview`, { body: { channel: 'inbox' } })
  at('PUT /api/v1/templates/:key', `${api}/templates/template-1`, {
    body: { ...template, body: 'mine' },
    ownAfterwards: true,
  })

  const notification = await make('POST', `${api}/notifications`, {
    to: { contactId: 'contact-1' },
    channels: ['inbox'],
    content: { body: MARK },
  })
  const note = `${api}/notifications/${String(notification.notificationId)}`
  at('GET /api/v1/notifications/:id', note)
  at('POST /api/v1/notifications/:id/cancel', `${note}/cancel`)

  const timer = { id: 'timer-1', delay: 'PT4H', event: { type: 'timer.fired', subject: MARK } }
  await make('POST', `${api}/timers`, timer)
  at('GET /api/v1/timers/:id', `${api}/timers/timer-1`)
  at('PATCH /api/v1/timers/:id', `${api}/timers/timer-1`, { body: { delay: 'PT5H' } })
  at('DELETE /api/v1/timers/:id', `${api}/timers/timer-1`)

  const refused = `/backoffice/brokers/refused/${refusedId}`
  at('GET /backoffice/brokers/refused/:id', refused)
  at('POST /backoffice/brokers/refused/:id/retry', `${refused}/retry`, { body: {} })
  at('DELETE /backoffice/brokers/refused/:id', refused)

  const eventType = `${api}/event-types/marker.made`
  await make('POST', `${api}/event-types`, { name: 'marker.made', description: MARK, schema: true })
  at('GET /api/v1/event-types/:name', eventType)
  at('PATCH /api/v1/event-types/:name', eventType, { body: { description: 'mine' } })
  at('POST /api/v1/event-types/:name/versions', `${eventType}/versions`, { body: { schema: true } })

  const source = `${api}/sources/pair-1`
  const pair = (mark: string) => ({
    systems: [
      { name: 'old', role: 'leader', knownBy: { headers: { 'x-old': mark } } },
      { name: 'new', role: 'follower', knownBy: { headers: { 'x-new': mark } } },
    ],
  })
  await make('PUT', source, pair(MARK))
  at('GET /api/v1/sources/:pair', source)
  at('GET /api/v1/sources/:pair/comparison', `${source}/comparison?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z`)
  at('GET /api/v1/sources/:pair/held', `${source}/held`)
  at('POST /api/v1/sources/:pair/switch', `${source}/switch`, { body: { to: 'new' } })
  at('DELETE /api/v1/sources/:pair', source)
  at('PUT /api/v1/sources/:pair', source, { body: pair('mine'), ownAfterwards: true })

  // The same switches exist for every tenant, each with its own way.
  const trial = `${api}/switches/trial`
  await make('POST', trial, { shadow: true })
  at('POST /api/v1/switches/:name', trial, { body: { active: 'new' }, ownAfterwards: true })
  at('GET /api/v1/switches/:name/comparison', `${trial}/comparison?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z`, {
    ownAfterwards: true,
  })

  // The same flags exist for every tenant, each with its own value.
  const flag = `${api}/flags/pet_flows_events_url`
  await make('PUT', flag, { value: `https://${MARK}.example.org/` })
  at('GET /api/v1/flags/:name', flag, { ownAfterwards: true })
  at('PUT /api/v1/flags/:name', flag, { body: { value: 'https://mine.example.org/' }, ownAfterwards: true })
  at('DELETE /api/v1/flags/:name', flag, { ownAfterwards: true })

  const rule = { id: 'rule-1', name: MARK, topic: 'marker/#', event: { type: '"marker.seen"' } }
  await make('POST', `${api}/mqtt/rules`, rule)
  const ruleUrl = `${api}/mqtt/rules/rule-1`
  at('GET /api/v1/mqtt/rules/:id', ruleUrl)
  at('PUT /api/v1/mqtt/rules/:id', ruleUrl, { body: { name: 'mine', topic: '#', reply: 'true' } })
  at('DELETE /api/v1/mqtt/rules/:id', ruleUrl)
  at('POST /api/v1/mqtt/rules/:id/test', `${ruleUrl}/test`, { body: { topic: 'marker/x' } })
  const mqttRefused = `${api}/mqtt/refused/${mqttRefusedId}`
  at('POST /api/v1/mqtt/refused/:id/retry', `${mqttRefused}/retry`)
  at('DELETE /api/v1/mqtt/refused/:id', mqttRefused)

  const command = { line: 'clientes', to: '+56987654321', message: MARK, messageId: 'command-1' }
  await make('POST', `${api}/whatsapp/commands`, command)
  at('GET /api/v1/whatsapp/commands/:line/:messageId', `${api}/whatsapp/commands/clientes/command-1`)

  const inbound = { name: MARK, verification: { kind: 'secret-path' }, event: { type: 'marker.came' } }
  const endpoint = await make('POST', `${api}/inbound-endpoints`, inbound)
  const endpointUrl = `${api}/inbound-endpoints/${id(endpoint)}`
  await make('POST', new URL(String(endpoint.url)).pathname, { mark: MARK })
  const receipts = (await make('GET', `${endpointUrl}/receipts`)) as { items: { id: string }[] }
  const receiptUrl = `${endpointUrl}/receipts/${receipts.items[0]?.id}`
  at('GET /api/v1/inbound-endpoints/:id', endpointUrl)
  at('PUT /api/v1/inbound-endpoints/:id', endpointUrl, { body: { ...inbound, name: 'mine' } })
  at('DELETE /api/v1/inbound-endpoints/:id', endpointUrl)
  at('POST /api/v1/inbound-endpoints/:id/rotate-secret', `${endpointUrl}/rotate-secret`, { body: {} })
  at('POST /api/v1/inbound-endpoints/:id/test', `${endpointUrl}/test`, { body: { message: { body: {} } } })
  at('GET /api/v1/inbound-endpoints/:id/receipts', `${endpointUrl}/receipts`)
  at('GET /api/v1/inbound-endpoints/:id/receipts/:receiptId', receiptUrl)
  at('POST /api/v1/inbound-endpoints/:id/receipts/:receiptId/refeed', `${receiptUrl}/refeed`)
  at('POST /api/v1/inbound-endpoints/:id/refeed', `${endpointUrl}/refeed`, { body: {} })

  const user = await make('POST', `${api}/users`, { email: 'a@example.org', name: MARK, role: 'viewer' })
  at('GET /api/v1/users/:id', `${api}/users/${id(user)}`)
  at('PATCH /api/v1/users/:id', `${api}/users/${id(user)}`, { body: { name: 'mine' } })
  at('DELETE /api/v1/users/:id', `${api}/users/${id(user)}`)
  const key = await make('POST', `${api}/keys`, { name: MARK, scopes: ['events:read'] })
  at('DELETE /api/v1/keys/:id', `${api}/keys/${id(key)}`)
  at('PATCH /api/v1/tenants/:id', `${api}/tenants/acme`, { body: { name: 'mine' } })
  return owned
}

/** The run that the event starts, as soon as the consumers have come to it. */
async function firstRun(make: Make, flowUrl: string): Promise<string> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const { items } = (await make('GET', `${flowUrl}/runs`)) as { items: { id: string }[] }
    const [run] = items
    if (run !== undefined) return run.id
    if (performance.now() > deadline) throw new Error('the event started no run')
  }
}
