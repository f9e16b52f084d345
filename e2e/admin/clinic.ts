/**
 * Two days of a clinic, lived by the real program on a fast clock: people who wrote and went quiet, came back, were closed or
 * are being attended; flows that nudged them, a webhook that is well and one that fails. For pictures, and for tests that need
 * rows of every kind.
 */

import { flowText, readSample } from '../../server/flows/index.ts'
import { startPushSink, startSmtpSink } from '../../server/notifications/index.ts'
import { type Client, settled } from '../harness/client.ts'
import { startReceiver } from '../harness/receiver.ts'
import type { Admin } from './harness.ts'

/** Two hours pass in a second. */
export const CLINIC_SCALE = 7_200

type Person = readonly [id: string, name: string, locale: 'es' | 'en', queue: string, text: string]

/** They write at the beginning and go quiet; the fourth word of a name says nothing of them. */
const EARLY: readonly Person[] = [
  ['maria', 'María Rojas', 'es', 'coach', 'Hola, ¿qué ejercicios hago esta semana?'],
  ['john', 'John Smith', 'en', 'coach', 'Hello, about my treatment plan…'],
  ['lucia', 'Lucía Vega', 'es', 'coach', 'Hola, ¿puedo cambiar mi hora?'],
  ['pedro', 'Pedro Soto', 'es', 'coach', 'No me llegó la pauta de comidas.'],
  ['camila', 'Camila Fuentes', 'es', 'support', 'La aplicación me pide otra vez la clave.'],
  ['diego', 'Diego Araya', 'es', 'coach', '¿Sigo con la misma dosis?'],
  ['emma', 'Emma Clarke', 'en', 'support', 'I cannot find my last invoice.'],
  ['rosa', 'Rosa Núñez', 'es', 'coach', 'Gracias, mañana le cuento.'],
]
const BACK = ['maria', 'diego']
const LATE: readonly Person[] = [
  ['andres', 'Andrés Pizarro', 'es', 'coach', '¿A qué hora atienden mañana?'],
  ['sofia', 'Sofía Maturana', 'es', 'support', 'Quiero el resultado de mi examen.'],
  ['olivia', 'Olivia Brown', 'en', 'coach', 'Is it normal to feel tired after the session?'],
  ['tomas', 'Tomás Leiva', 'es', 'coach', 'Ya hice los ejercicios de hoy.'],
  // Names and messages are text, whatever they look like.
  ['xss', '<img src=x onerror=alert(1)> "Quintana"', 'es', 'support', '<script>alert(1)</script> ¿me ayuda?'],
]

const FLOWS = ['abandoned-conversation', 'appointment-reminder', 'complaint-follow-up', 'lead-without-reply'] as const

const HOURS = [
  { from: '09:00', to: '13:00' },
  { from: '15:00', to: '18:30' },
]

/** Lives through the days in a program opened with `clinicSettings`. What receives pushes, mails and webhooks ends with `close`. */
export async function liveTwoDays(admin: Admin, receivers: Receivers): Promise<void> {
  const { api } = admin
  await prepare(api, receivers)
  for (const role of ['admin', 'designer', 'agent', 'viewer'] as const) await admin.user(role, STAFF[role])
  for (const person of EARLY) await write(api, person, true)
  await settled(async () => ((await statusOf(api, 'enc-rosa')) === 'warned' ? '' : 'nobody was warned yet'), 40_000)
  for (const id of BACK) await say(api, id, 'patient', '¡Aquí estoy! Sigamos.')
  await happen(api)
  await settled(async () => ((await statusOf(api, 'enc-john')) === 'closed' ? '' : 'nobody was closed yet'), 40_000)
  for (const person of LATE) await write(api, person, person[0] !== 'sofia')
}

const STAFF = { admin: 'Beatriz Salinas', designer: 'Ignacio Moya', agent: 'Valentina Cruz', viewer: 'Rodrigo Pinto' }

export type Receivers = Awaited<ReturnType<typeof openReceivers>>

/** What stands outside: a push provider, a mail server, a system that takes webhooks. */
export async function openReceivers() {
  const [push, smtp, webhook] = await Promise.all([startPushSink(), startSmtpSink(), startReceiver((_, body) => body)])
  return {
    settings: { CAUCE_TIME_SCALE: String(CLINIC_SCALE), CAUCE_PUSH_URL: push.url, SMTP_URL: smtp.url },
    webhookUrl: webhook.url,
    async close() {
      webhook.close()
      await Promise.all([push.close(), smtp.close()])
    },
  }
}

async function prepare(api: Client, { webhookUrl }: Receivers): Promise<void> {
  await api.persist('PUT', '/api/v1/calendars/oficina', {
    timeZone: 'America/Santiago',
    week: { mon: HOURS, tue: HOURS, wed: HOURS, thu: HOURS, fri: HOURS },
    holidays: [{ date: '2027-01-01', name: 'Año Nuevo' }],
  })
  const patience = {
    max_inactive_patient_warning_time: 1_440,
    max_inactive_patient_time: 720,
    close_inactive_encounters: true,
  }
  await api.persist('PUT', '/api/v1/queues/coach', {
    ...{ name: 'Coach de salud', brand: 'clinica', product: 'salud', service: 'coach' },
    ...{ ...patience, continuity: true, continuity_extension_time: 720 },
  })
  await api.persist('PUT', '/api/v1/queues/support', {
    ...{ name: 'Soporte', brand: 'clinica', product: 'salud', service: 'support', calendarId: 'oficina' },
    ...{ ...patience, continuity: false },
  })
  await api.persist('PUT', '/api/v1/conversation-texts', {
    items: [
      {
        on: 'warning',
        locale: 'es',
        brand: 'clinica',
        text: '¿Sigue ahí? En la clínica podemos continuar cuando quiera.',
      },
      {
        on: 'warning',
        locale: 'es',
        service: 'coach',
        text: 'Su coach de salud le espera. ¿Continuamos donde quedamos?',
      },
      {
        on: 'warning',
        locale: 'es-CL',
        queue: 'coach',
        text: '¿Sigue por ahí? Su coach de salud le espera para continuar.',
      },
      {
        on: 'closing',
        locale: 'es',
        brand: 'clinica',
        text: 'Cerramos esta conversación. Cuando nos necesite, aquí estamos.',
      },
    ],
  })
  for (const sample of FLOWS) {
    const { id } = await api.persist<{ id: string }>(
      'POST',
      '/api/v1/flows/import',
      JSON.parse(flowText(await readSample(sample, 'es'))),
    )
    // One is still being drawn.
    if (sample !== 'lead-without-reply') await api.persist('POST', `/api/v1/flows/${id}/publish`, {})
  }
  for (const subscription of [
    { routingKeyPattern: 'encounter.*', webhookUrl: `${webhookUrl}/crm` },
    { routingKeyPattern: 'encounter.tmipw_expired', webhookUrl: `${webhookUrl}/avisos` },
    // Nobody listens there.
    { routingKeyPattern: 'encounter.closed', webhookUrl: 'http://127.0.0.1:9/cerradas' },
  ])
    await api.persist('POST', '/api/v1/subscriptions', subscription)
  await api.persist('PUT', '/api/v1/secrets/crm_token', { value: 'not-a-real-token' })
  await api.persist('POST', '/api/v1/keys', { name: 'Ficha clínica', scopes: ['events:write'] })
  await api.persist('POST', '/api/v1/keys', {
    name: 'Panel de gerencia',
    scopes: ['events:read', 'flows:read', 'conversations:read'],
  })
}

async function write(api: Client, [id, name, locale, queueId, text]: Person, answered: boolean): Promise<void> {
  await api.persist('PUT', `/api/v1/contacts/${id}`, {
    ...{ name, locale, timeZone: 'America/Santiago' },
    addresses: { push: `device-${id}`, email: `${id}@example.com` },
  })
  await api.persist('POST', '/api/v1/encounters', { id: `enc-${id}`, queueId, contactId: id, channel: 'webchat' })
  await say(api, id, 'patient', text)
  if (answered)
    await say(
      api,
      id,
      'agent',
      locale === 'es' ? 'Con gusto. ¿Me cuenta un poco más?' : 'Gladly. Could you tell me more?',
    )
}

const say = (api: Client, id: string, from: string, text: string) =>
  api.persist('POST', `/api/v1/encounters/enc-${id}/messages`, { from, text })

const statusOf = async (api: Client, id: string): Promise<string> =>
  (await api.persist<{ status: string }>('GET', `/api/v1/encounters/${id}`)).status

/** What other systems tell of meanwhile. */
async function happen(api: Client): Promise<void> {
  const event = (type: string, subject: string, data: object) =>
    api.persist(
      'POST',
      '/api/v1/events',
      {
        ...{ specversion: '1.0', id: `${type}-${subject}`, source: '/ficha', type, subject, data },
      },
      { 'content-type': 'application/cloudevents+json' },
    )
  await event('appointment.confirmed', 'cita-481', {
    ...{ appointmentId: 'cita-481', contactId: 'rosa', start: new Date(Date.now() + 9 * 86_400_000).toISOString() },
  })
  await event('complaint.created', 'rec-17', { complaintId: 'rec-17', contactId: 'camila', text: 'Esperé dos horas.' })
  await event('LeadCreated', 'lead-9', { leadId: 'lead-9', contactId: 'pedro' })
  await event('payment.received', 'boleta-7731', { amount: 24_990, currency: 'CLP', contactId: 'emma' })
  await api.persist('POST', '/api/v1/timers', {
    id: 'recordar-control',
    delay: 'P3D',
    event: { type: 'control.due', subject: 'rosa' },
  })
  await api.persist('POST', '/api/v1/notifications', {
    ...{
      to: { contactId: 'rosa' },
      channels: ['inbox', 'push'],
      content: { title: 'Tu control', body: 'Te esperamos el martes a las 10:00.' },
    },
  })
}
