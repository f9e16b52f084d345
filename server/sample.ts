import type { FastifyInstance } from 'fastify'
import { flowText, readSample } from '#flows/index.ts'

const WEEKDAY = [
  { from: '09:00', to: '13:00' },
  { from: '15:00', to: '18:30' },
]

/**
 * Fills the sample tenant through the program's own routes: a calendar, two queues, two people, a conversation of
 * each, and the flow "Abandoned conversation", published.
 * @param key an API key of that tenant
 */
export async function fillSample(app: FastifyInstance, key: string): Promise<void> {
  async function call<T>(method: 'POST' | 'PUT', url: string, payload: unknown): Promise<T> {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    })
    if (answer.statusCode >= 300) throw new Error(`the sample could not be made: ${method} ${url}: ${answer.body}`)
    return answer.json<T>()
  }
  await call('PUT', '/api/v1/calendars/office', {
    timeZone: 'America/Santiago',
    week: { mon: WEEKDAY, tue: WEEKDAY, wed: WEEKDAY, thu: WEEKDAY, fri: WEEKDAY },
    holidays: [{ date: '2027-01-01', name: 'Año Nuevo' }],
  })
  const times = {
    max_inactive_patient_warning_time: 1_440,
    max_inactive_patient_time: 720,
    close_inactive_encounters: true,
  }
  await call('PUT', '/api/v1/queues/coach', {
    ...{ name: 'Coach', brand: 'sample', product: 'salud', service: 'coach', calendarId: 'office' },
    ...{ ...times, continuity: true, continuity_extension_time: 720 },
  })
  await call('PUT', '/api/v1/queues/support', {
    ...{ name: 'Soporte', brand: 'sample', product: 'salud', service: 'support' },
    ...{ ...times, continuity: false, continuity_extension_time: 0 },
  })
  await person('maria', 'María Rojas', 'es', 'Hola, ¿qué ejercicios hago esta semana?')
  await person('john', 'John Smith', 'en', 'Hello, I have a question about my plan.')
  const file = JSON.parse(flowText(await readSample('abandoned-conversation')))
  const { id } = await call<{ id: string }>('POST', '/api/v1/flows/import', file)
  await call('POST', `/api/v1/flows/${id}/publish`, {})

  async function person(contactId: string, name: string, locale: string, text: string): Promise<void> {
    const addresses = { push: `device-${contactId}`, email: `${contactId}@example.com` }
    await call('PUT', `/api/v1/contacts/${contactId}`, { name, locale, timeZone: 'America/Santiago', addresses })
    const encounter = { id: `sample-${contactId}`, queueId: 'coach', contactId, channel: 'webchat' }
    await call('POST', '/api/v1/encounters', encounter)
    await call('POST', `/api/v1/encounters/${encounter.id}/messages`, { from: 'patient', text })
  }
}
