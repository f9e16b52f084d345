/** The story of the product played by hand in a browser, from a program that nobody has set up to the figures that tell of it. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type PushSink, startPushSink } from '../../server/notifications/index.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'
import * as story from './story.ts'

/** Of a person who attends, of an event that comes round, under whatever load. */
const PATIENCE_MS = 60_000

describe('the story of an abandoned conversation, by hand', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let push: PushSink
  before(async () => {
    push = await startPushSink()
    admin = await openAdmin({ CAUCE_TIME_SCALE: String(story.STORY_SCALE), CAUCE_PUSH_URL: push.url })
  })
  after(async () => {
    await admin?.close()
    await push?.close()
  })

  it('is set up, drawn, published and watched until she is back and counted, without a call to the API', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.visitor()
    // Nobody is signed in at first, and of María nobody has heard.
    allow(/status of 40[14]/)
    page.setDefaultTimeout(PATIENCE_MS)
    const phone = await admin.visitor({ viewport: NARROW })

    await story.settleIn(page, admin.url)
    await story.makeQueue(page)
    await story.registerPerson(page)
    const link = await story.beginConversation(page)
    await phone.page.goto(link)
    await story.reply(phone.page, 'Bien. ¿Qué ejercicios hago esta semana?')
    await story.threadOf(page).getByText('¿Qué ejercicios hago esta semana?').waitFor()
    await story.answer(page, 'Con gusto. ¿Le duele todavía la rodilla?')
    const conversation = page.url()

    await story.newFlow(page)
    await story.drawBeginning(page)
    await story.drawSplit(page)
    // It is told while one draws what is left to do, and leads there.
    await page.getByRole('button', { name: /\d+ por arreglar/ }).waitFor()
    await story.drawNudge(page)
    await story.drawWait(page)
    await story.drawEnds(page)
    await page.getByRole('button', { name: 'Sin faltas' }).waitFor()
    await assertAccessible()
    await story.publish(page)

    // Nothing is hurried until now; from here on she has been silent for too long.
    await story.setPatience(page, '2 horas')
    await story.openRuns(page)
    await page.getByRole('table', { name: 'Ejecuciones' }).getByRole('link', { name: story.PERSON.name }).click()
    const run = page.getByRole('complementary', { name: 'Detalle' })
    await run.getByText('Espera aquí').waitFor()
    await assertAccessible()
    const nudge = await push.received.waitFor(({ to }) => to === story.PHONE, PATIENCE_MS)
    assert.ok(nudge.deepLink)

    // Back again, she would soon have been silent a second time.
    await story.setPatience(page, '20 días')
    await phone.page.goto(nudge.deepLink)
    await story.reply(phone.page, 'Aquí estoy. Sigamos.')
    await story.openRuns(page)
    await page.getByRole('table', { name: 'Ejecuciones' }).getByText('recuperada').waitFor()

    await page.goto(conversation)
    const thread = story.threadOf(page)
    await thread.getByText('Se avisó por silencio').waitFor()
    await thread.getByText('Volvió: abrió el enlace').waitFor()
    await thread.getByText('Aquí estoy. Sigamos.').waitFor()
    await thread.getByRole('link', { name: 'Flujo «Conversación abandonada»' }).waitFor()

    // A figure of the report opens its rows.
    await story.openRuns(page)
    await page.getByRole('link', { name: '¿Sirve?' }).click()
    await page.getByRole('link', { name: 'Entraron: 1' }).click()
    await page.getByText('Una fila, no hay más').waitFor()
    await assertAccessible()

    await story.menu(page, 'Resumen')
    await countsOne(page)
    await assertAccessible()
    assertCalm()
    phone.assertCalm()
    await phone.close()
    await close()
  })
})

/** One fell silent, was told, got it, followed the link and came back. */
async function countsOne(page: Page): Promise<void> {
  const funnel = page.getByRole('region', { name: '¿Qué pasó con quienes quedaron en silencio?' })
  for (const stage of ['Quedaron en silencio', 'Se les avisó', 'Les llegó el aviso', 'Abrieron el enlace', 'Volvieron'])
    await funnel.getByRole('link', { name: new RegExp(`${stage}\\s*1(\\s|$)`) }).waitFor()
}
