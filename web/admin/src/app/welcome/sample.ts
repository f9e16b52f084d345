/** Something to look at from the first minute: a queue, two people who wrote, and the flow that brings back who goes quiet. */
import { api, body } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import type { Both, Language } from '../language.ts'

const QUEUE = 'coach'
const QUEUE_NAME: Both = { es: 'Coach de salud', en: 'Health coach' }
const FLOW = 'abandoned-conversation'
const DAY_MIN = 1_440

/** Each writes in their own language, whoever looks on: what they are told is in it too. */
const PEOPLE = [
  { id: 'maria', name: 'María Rojas', locale: 'es', text: 'Hola, ¿qué ejercicios hago esta semana?' },
  { id: 'john', name: 'John Smith', locale: 'en', text: 'Hello, I have a question about my plan.' },
] as const

/**
 * Fills the organisation with the sample, in the language of who asks for it. Begun anew after a failure it goes on: what is
 * there already is left as it is.
 */
export async function fillSample(timeZone: string, language: Language): Promise<void> {
  await api.PUT('/api/v1/queues/{id}', {
    params: { path: { id: QUEUE } },
    body: {
      name: QUEUE_NAME[language],
      max_inactive_patient_warning_time: DAY_MIN,
      max_inactive_patient_time: DAY_MIN / 2,
      close_inactive_encounters: true,
      continuity: true,
      continuity_extension_time: DAY_MIN / 2,
    },
  })
  for (const { id, name, locale, text } of PEOPLE) {
    const addresses = { push: `device-${id}`, email: `${id}@example.com` }
    await api.PUT('/api/v1/contacts/{id}', { params: { path: { id } }, body: { name, locale, timeZone, addresses } })
    await unlessThere(async () => {
      const encounter = { id: `sample-${id}`, queueId: QUEUE, contactId: id, channel: 'webchat' } as const
      await api.POST('/api/v1/encounters', { body: encounter })
      await api.POST('/api/v1/encounters/{id}/messages', {
        params: { path: { id: encounter.id } },
        body: { from: 'patient', text },
      })
    })
  }
  const { items: flows } = await body(api.GET('/api/v1/flows', { params: { query: { limit: 1 } } }))
  if (flows.length > 0) return
  const asked = { params: { query: { locale: language } } }
  const { items: samples } = await body(api.GET('/api/v1/flow-samples', asked))
  const sample = samples.find(({ id }) => id === FLOW)
  if (sample === undefined) return
  const { id } = await body(api.POST('/api/v1/flows/import', { body: sample.document }))
  await api.POST('/api/v1/flows/{id}/publish', { params: { path: { id } }, body: {} })
}

async function unlessThere(make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error
  }
}
