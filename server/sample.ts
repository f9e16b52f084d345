import type { FastifyInstance } from 'fastify'
import { flowText, readSample } from '#flows/index.ts'
import type { Language } from '#platform/http/language.ts'

const WEEKDAY = [
  { from: '09:00', to: '13:00' },
  { from: '15:00', to: '18:30' },
]

/** What the sample is called in each language. Ids are the same in both. */
const WORDS = {
  es: {
    ...{ tenant: 'Ejemplo', office: 'Oficina', newYear: 'Año Nuevo', coach: 'Coach de salud', support: 'Soporte' },
    ...{ brand: 'ejemplo', product: 'salud' },
  },
  en: {
    ...{ tenant: 'Sample', office: 'Office', newYear: "New Year's Day", coach: 'Health coach', support: 'Support' },
    ...{ brand: 'sample', product: 'health' },
  },
}

/** What the sample tenant is called by who speaks that language. */
export const sampleName = (language: Language): string => WORDS[language].tenant

/**
 * Fills the sample tenant through the program's own routes: a calendar, two queues, two people, a conversation of
 * each, and the flow of abandoned conversations, published. The two people write in their own languages, whoever looks on.
 * @param key an API key of that tenant
 * @param language of names and words
 */
export async function fillSample(app: FastifyInstance, key: string, language: Language): Promise<void> {
  const words = WORDS[language]
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
    name: words.office,
    timeZone: 'America/Santiago',
    week: { mon: WEEKDAY, tue: WEEKDAY, wed: WEEKDAY, thu: WEEKDAY, fri: WEEKDAY },
    holidays: [{ date: '2027-01-01', name: words.newYear }],
  })
  const { brand, product } = words
  const times = {
    max_inactive_patient_warning_time: 1_440,
    max_inactive_patient_time: 720,
    close_inactive_encounters: true,
  }
  await call('PUT', '/api/v1/queues/coach', {
    ...{ name: words.coach, brand, product, service: 'coach', calendarId: 'office' },
    ...{ ...times, continuity: true, continuity_extension_time: 720 },
  })
  await call('PUT', '/api/v1/queues/support', {
    ...{ name: words.support, brand, product, service: 'support' },
    ...{ ...times, continuity: false, continuity_extension_time: 0 },
  })
  await person('maria', 'María Rojas', 'es', 'Hola, ¿qué ejercicios hago esta semana?')
  await person('john', 'John Smith', 'en', 'Hello, I have a question about my plan.')
  const file = JSON.parse(flowText(await readSample('abandoned-conversation', language)))
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
