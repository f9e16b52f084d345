/** What the form of a queue takes, and what it asks before it is saved. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Admin, noBrowser, openAdmin } from './harness.ts'

describe('the form of a queue', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
  })
  after(() => admin?.close())

  it('refuses times that are no whole minutes or too long, and asks before they warn many at once', async () => {
    const { api } = admin
    const times = { max_inactive_patient_warning_time: 1_440, max_inactive_patient_time: 1_440 }
    await api.persist('PUT', '/api/v1/queues/q-long', { name: 'Larga', close_inactive_encounters: true, ...times })
    await api.persist('PUT', '/api/v1/contacts/quiet', { name: 'Callada' })
    for (const id of ['quiet-1', 'quiet-2'])
      await api.persist('POST', '/api/v1/encounters', { id, queueId: 'q-long', contactId: 'quiet', channel: 'web' })
    const kept = () => api.persist<Record<string, unknown>>('GET', '/api/v1/queues/q-long')
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/queues?selected=q-long')
    const detail = page.getByRole('complementary')
    const warning = detail.getByRole('combobox', { name: 'Avisar tras este silencio' })
    const save = detail.getByRole('button', { name: 'Guardar cola' })
    await detail.getByRole('textbox', { name: 'Nombre' }).fill('Muy larga')
    for (const [written, said] of [
      ['30 segundos', /minutos enteros/],
      ['1 mes', /No todos los meses duran lo mismo/],
      ['11 años', '10 años como máximo.'],
    ] as const) {
      await warning.fill(written)
      await save.click()
      await detail.getByText(said).waitFor()
    }
    await warning.press('Escape')
    await assertAccessible()
    assert.equal((await kept()).name, 'Larga')
    await warning.fill('1 minuto')
    await save.click()
    const question = page.getByRole('dialog', { name: '¿Guardar los plazos de la cola?' })
    await question.getByText('Se avisará ahora mismo a 2 conversaciones abiertas.').waitFor()
    await assertAccessible()
    await question.getByRole('button', { name: 'Cancelar' }).click()
    await question.waitFor({ state: 'detached' })
    assert.equal((await kept()).max_inactive_patient_warning_time, 1_440)
    assert.equal(await warning.inputValue(), '1 minuto', 'what was typed is still there')
    await save.click()
    await question.getByRole('button', { name: 'Guardar cola' }).click()
    await page.getByText('Cola guardada').waitFor()
    assert.equal((await kept()).max_inactive_patient_warning_time, 1)
    assertCalm()
    await close()
  })

  it('that count in a calendar: whom its change warns at once is told before it is saved', async () => {
    const { api } = admin
    const hours = [{ from: '09:00', to: '10:00' }]
    const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getUTCDay() + 3) % 7] as string
    await api.persist('PUT', '/api/v1/calendars/rare', { name: 'Rara vez', timeZone: 'UTC', week: { [day]: hours } })
    await api.persist('PUT', '/api/v1/queues/q-rare', { calendarId: 'rare', max_inactive_patient_warning_time: 1 })
    await api.persist('POST', '/api/v1/encounters', {
      id: 'rare-1',
      queueId: 'q-rare',
      contactId: 'quiet',
      channel: 'web',
    })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/calendars?selected=rare')
    const detail = page.getByRole('complementary')
    for (const each of ['Lunes', 'Martes', 'Miércoles', 'Jueves', 'Viernes', 'Sábado', 'Domingo'])
      await detail.getByRole('textbox', { name: each }).fill('0-24')
    await detail.getByRole('button', { name: 'Guardar horario' }).click()
    const question = page.getByRole('dialog', { name: '¿Guardar el horario?' })
    await question.getByText('Se avisará ahora mismo a una conversación abierta.').waitFor()
    await assertAccessible()
    await question.getByRole('button', { name: 'Cancelar' }).click()
    const kept = await api.persist<{ week: object }>('GET', '/api/v1/calendars/rare')
    assert.deepEqual(Object.keys(kept.week), [day])
    assertCalm()
    await close()
  })
})
