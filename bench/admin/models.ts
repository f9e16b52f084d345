import { setTimeout as delay } from 'node:timers/promises'
import { type Api, caughtUp } from '../program/api.ts'
import { numberOf, withDatabase } from '../program/database.ts'
import type { Started } from '../program/start.ts'

/** Queues, and how they are called; the last brand has no conversation. */
export const QUEUES = 6
const COLLEAGUES = ['Beatriz Salinas', 'Ignacio Moya', 'Valentina Cruz', 'Rodrigo Pinto']

/** Ids of what the API made, which the seeded rows name. */
export type Models = {
  flow: string
  subscriptions: readonly string[]
  users: readonly string[]
  /** Conversations that were lived through to the end, and one whose run still waits. */
  done: string
  waiting: string
}

const PATIENCE = {
  max_inactive_patient_warning_time: 1_440,
  max_inactive_patient_time: 720,
  close_inactive_encounters: true,
}

/**
 * One of everything that is seeded, by the API: what the program wrote itself is the model of the other rows.
 * @param urls where pushes and webhooks go
 */
export async function makeModels({ api, dataDir }: Started, urls: readonly string[]): Promise<Models> {
  for (let i = 1; i <= QUEUES; i++)
    await api.put(`/api/v1/queues/cola-${i}`, {
      ...{ name: `Cola ${i}`, brand: `marca-${1 + (i % 3)}`, product: 'salud', service: `servicio-${1 + (i % 4)}` },
      ...{ ...PATIENCE, continuity: true },
    })
  await api.put('/api/v1/queues/cola-sin-uso', { name: 'Sin uso', brand: 'marca-rara', service: 'servicio-raro' })
  const users: string[] = []
  for (const [i, name] of COLLEAGUES.entries()) {
    const given = { email: `u${i}@clinica.example`, password: `una frase para ${name}`, name, role: 'agent' }
    users.push((await api.post<{ id: string }>('/api/v1/users', given)).id)
  }
  const flow = await publishGraph(api)
  const subscriptions: string[] = []
  for (const routingKeyPattern of ['encounter.*', 'encounter.tmipw_expired', 'encounter.closed']) {
    const made = await api.post<{ id: string }>('/api/v1/subscriptions', {
      routingKeyPattern,
      webhookUrl: `${urls[1]}/hook`,
    })
    subscriptions.push(made.id)
  }
  await api.post('/api/v1/timers', { id: 'model', delay: 'P300D', event: { type: 'control.due', subject: 'rosa' } })
  // Of so many people some get the push and some are held out.
  const lives = ['done', 'waiting'].flatMap((kind) => Array.from({ length: 10 }, (_, i) => `${kind}-${i}`))
  for (const life of lives) await live(api, life)
  await happen(api)
  await quiet(dataDir, api)
  const [done, waiting] = await withDatabase(dataDir, async (db) => {
    const { rows } = await db.query<{ subject: string; status: string }>(
      `select r.subject, r.status from flow_run r where exists (select 1 from notification n where n.cause = 'run:' || r.id)`,
    )
    return ['completed', 'waiting'].map((status) => rows.find((row) => row.status === status)?.subject)
  })
  if (done === undefined || waiting === undefined) throw new Error('no model of a run was made')
  return { flow, subscriptions, users, done, waiting }
}

/** Who goes quiet is pushed, but for one in ten, and waited for. */
async function publishGraph(api: Api): Promise<string> {
  const at = (x: number, y: number) => ({ position: { x, y } })
  const arms = [
    { handle: 'nudge', weight: 90 },
    { handle: 'holdout', weight: 10 },
  ]
  const graph = {
    name: 'Conversación abandonada',
    settings: {
      cancelOn: ['encounter.closed'],
      goal: { event: 'encounter.resumed', within: 'P3D' },
      key: 'event.subject',
      onePerKey: true,
    },
    nodes: [
      { id: 'start', type: 'trigger', ...at(0, 0), data: { event: 'encounter.tmipw_expired' } },
      { id: 'split', type: 'split', ...at(0, 156), data: { arms, group: 'bench', holdout: 'holdout' } },
      {
        id: 'push',
        type: 'notify',
        ...at(-83, 312),
        data: { channels: ['push'], deepLink: true, template: 'come-back' },
      },
      { id: 'reply', type: 'waitForEvent', ...at(0, 468), data: { event: 'encounter.resumed', timeout: 'P30D' } },
      { id: 'done', type: 'end', ...at(-156, 624), data: { outcome: 'recovered' } },
      { id: 'bye', type: 'close', ...at(156, 624), data: { reason: 'abandoned' } },
    ],
    edges: [
      { id: '1', source: 'start', target: 'split' },
      { id: '2', source: 'push', target: 'reply' },
      { id: '3', source: 'reply', sourceHandle: 'event', target: 'done' },
      { id: '4', source: 'reply', sourceHandle: 'timeout', target: 'bye' },
      { id: '5', source: 'split', sourceHandle: 'nudge', target: 'push' },
      { id: '6', source: 'split', sourceHandle: 'holdout', target: 'reply' },
    ],
  }
  const { id } = await api.post<{ id: string }>('/api/v1/flows', { name: graph.name })
  await api.put(`/api/v1/flows/${id}/draft`, graph)
  await api.post(`/api/v1/flows/${id}/publish`, {})
  return id
}

/** A person writes, is answered and goes quiet; comes back and is closed, or not yet. */
async function live(api: Api, life: string): Promise<void> {
  const contactId = `persona-${life}`
  await api.put(`/api/v1/contacts/${contactId}`, {
    ...{ name: 'María Rojas', locale: 'es', timeZone: 'America/Santiago' },
    addresses: { push: `device-${life}`, email: `${life}@example.com` },
    attributes: { plan: 'oro' },
  })
  await api.post('/api/v1/encounters', { id: life, queueId: 'cola-1', contactId, channel: 'webchat' })
  const say = (from: string, text: string) => api.post(`/api/v1/encounters/${life}/messages`, { from, text })
  await say('patient', 'Hola, ¿qué ejercicios hago esta semana?')
  await say('agent', 'Con gusto. ¿Me cuenta un poco más?')
  const gone = { event_id: `quiet-${life}`, type: 'encounter', subtype: 'tmipw_expired', encounter_id: life }
  await api.post('/api/v1/events', { ...gone, patient_id: contactId, queue_id: 'cola-1', datetime: Date.now() })
  await caughtUp(api)
  if (!life.startsWith('done')) return
  const { url } = await api.post<{ url: string }>(`/api/v1/encounters/${life}/link`, {})
  await fetch(`${url}/visit`, { method: 'POST' })
  await say('patient', '¡Aquí estoy! Sigamos.')
  await caughtUp(api)
  await api.post(`/api/v1/encounters/${life}/close`, { reason: 'solved' })
}

/** What other systems tell of. */
async function happen(api: Api): Promise<void> {
  const event = (type: string, subject: string, data: object) =>
    api.post('/api/v1/events', { specversion: '1.0', id: `${type}-${subject}`, source: '/ficha', type, subject, data })
  await event('appointment.confirmed', 'cita-1', { appointmentId: 'cita-1', contactId: 'persona-done-0' })
  await event('payment.received', 'boleta-1', { amount: 24_990, currency: 'CLP' })
}

/** Waits until all that follows has happened. */
async function quiet(dataDir: string, api: Api): Promise<void> {
  await caughtUp(api)
  for (;;) {
    const left = await withDatabase(dataDir, (db) =>
      numberOf(
        db,
        `select (select count(*) from delivery) + (select count(*) from notification where status = 'queued')`,
      ),
    )
    if (left === 0) return
    await delay(100)
  }
}
