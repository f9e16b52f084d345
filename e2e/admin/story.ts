/** The story of the demo, step by step, as somebody plays it who never saw a line of code: with mouse and keyboard alone. */
import type { Locator, Page } from 'playwright-core'
import { OWNER } from './harness.ts'

/** Twenty minutes pass in a second: two hours are soon over, and three days outlast a slow machine. */
export const STORY_SCALE = 1_200
export const PASSWORD = 'el río vuelve al mar'
/** Of the people of `STORY_GROUP` she is one whom nobody holds out: that hangs on her id alone. */
export const PERSON = { id: 'maria', name: 'María Rojas' }
export const PHONE = 'telefono-de-maria'
const STORY_GROUP = 'abandoned-conversation'

const dialogueOf = (page: Page) => page.getByRole('dialog')
const step = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
const panel = (page: Page) => page.getByRole('complementary', { name: 'Ajustes' })
const detail = (page: Page) => page.getByRole('complementary', { name: 'Detalle' })
export const menu = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Menú principal' }).getByRole('link', { name }).click()

/** The first minutes of an installation that begins with nothing. */
export async function settleIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Correo').fill(OWNER.email)
  await page.getByLabel('Contraseña', { exact: true }).fill(OWNER.password)
  await page.keyboard.press('Enter')
  await page.getByLabel('¿Cómo se llama tu organización?').fill('Clínica del Río')
  await page.getByLabel('¿Cómo te llamas tú?').fill('Ana')
  await page.getByLabel('Una contraseña tuya').fill(PASSWORD)
  await page.getByRole('radio', { name: 'En blanco' }).check()
  await page.getByRole('button', { name: 'Empezar' }).click()
  await page.getByRole('heading', { level: 1, name: 'Resumen' }).waitFor()
}

/** A queue of treatments, which nobody is hurried in yet. */
export async function makeQueue(page: Page): Promise<void> {
  await menu(page, 'Ajustes')
  await page.getByRole('link', { name: /^Colas/ }).click()
  await page.getByRole('button', { name: 'Crear cola' }).first().click()
  await dialogueOf(page).getByLabel('Nombre').fill('Coach de salud')
  await dialogueOf(page).getByRole('button', { name: 'Crear cola' }).click()
  await page.waitForURL(/selected=coach-de-salud/)
  await detail(page)
    .getByRole('switch', { name: /continuidad/ })
    .check()
  await detail(page).getByLabel('Avisar tras este silencio').fill('10 días')
  await saveQueue(page)
}

/** How long the queue waits for those who went quiet; it holds for conversations that are open, too. */
export async function setPatience(page: Page, silence: string): Promise<void> {
  await menu(page, 'Ajustes')
  await page.getByRole('link', { name: /^Colas/ }).click()
  await page.getByRole('link', { name: 'Coach de salud' }).click()
  await detail(page).getByLabel('Avisar tras este silencio').fill(silence)
  await detail(page).getByLabel('Cerrar tras el aviso').fill('10 días')
  await detail(page).getByRole('switch', { name: 'Cerrar las conversaciones que siguen en silencio' }).check()
  await saveQueue(page)
}

async function saveQueue(page: Page): Promise<void> {
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok())
  await detail(page).getByRole('button', { name: 'Guardar cola' }).click()
  // Who would be warned at once is told before.
  const agree = dialogueOf(page).getByRole('button', { name: 'Guardar cola' })
  await Promise.race([kept, agree.click()])
  await kept
}

export async function registerPerson(page: Page): Promise<void> {
  await menu(page, 'Personas')
  await page.getByRole('button', { name: 'Registrar persona' }).first().click()
  const dialogue = dialogueOf(page)
  await dialogue.getByLabel('Nombre').fill(PERSON.name)
  await dialogue.getByLabel('Identificador').fill(PERSON.id)
  await dialogue.getByLabel('Push').fill(PHONE)
  await dialogue.getByRole('button', { name: 'Registrar persona' }).click()
  await detail(page).getByRole('heading', { name: PERSON.name }).waitFor()
}

/** @returns the link that leads her into it */
export async function beginConversation(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await detail(page).getByRole('button', { name: 'Abrir conversación' }).click()
  await dialogueOf(page).getByLabel('Primer mensaje').fill('Hola, María. ¿Cómo le fue con los ejercicios?')
  await dialogueOf(page).getByRole('button', { name: 'Abrir conversación' }).click()
  await threadOf(page).getByText('¿Cómo le fue con los ejercicios?').waitFor()
  await page.getByRole('button', { name: 'Más acciones' }).click()
  await page.getByRole('menuitem', { name: 'Copiar enlace para la persona' }).click()
  await page.getByText(/^Enlace copiado/).waitFor()
  return page.evaluate<string>('navigator.clipboard.readText()')
}

export const threadOf = (page: Page): Locator => page.getByRole('list', { name: 'Hilo de la conversación' })

export async function answer(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Escribe como agente' }).fill(text)
  await page.getByRole('button', { name: 'Enviar mensaje' }).click()
  await threadOf(page).getByText(text).waitFor()
}

/** What she does on the page behind her link. */
export async function reply(phone: Page, text: string): Promise<void> {
  await phone.getByLabel('Su mensaje').fill(text)
  await phone.getByRole('button', { name: 'Enviar mensaje' }).click()
  await phone.getByText('Hemos recibido su mensaje.').waitFor()
  await phone.getByRole('log').getByText(text).waitFor()
}

export async function newFlow(page: Page): Promise<void> {
  await menu(page, 'Flujos')
  await page.getByRole('link', { name: 'Crear flujo' }).first().click()
  await dialogueOf(page).getByText('Empezar vacío').click()
  await page.getByRole('textbox', { name: 'Nombre' }).fill('Conversación abandonada')
  await page.getByRole('button', { name: 'Crear y dibujar' }).click()
  await page.getByRole('button', { name: 'Añadir el inicio' }).waitFor()
}

/** When somebody goes quiet in a queue of continuity. */
export async function drawBeginning(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Añadir el inicio' }).click()
  await step(page, 'trigger').getByText('Cuando una conversación queda en silencio').waitFor()
  await panel(page).getByRole('button', { name: 'Añadir una condición' }).click()
  await panel(page).getByRole('combobox', { name: 'Qué se mira' }).click()
  await page.getByRole('option', { name: 'la cola tiene continuidad' }).click()
}

/** One in ten gets nothing, to know what the nudge is worth. */
export async function drawSplit(page: Page): Promise<void> {
  await step(page, 'trigger')
    .getByRole('button', { name: /^Añadir un paso/ })
    .click()
  await chooseStep(page, 'repartir')
  await step(page, 'split').waitFor()
  await panel(page).getByRole('button', { name: 'Más ajustes' }).click()
  await panel(page).getByLabel('Grupo', { exact: true }).fill(STORY_GROUP)
}

/** Dragged out of the palette, and joined by drawing the arrow. */
export async function drawNudge(page: Page): Promise<void> {
  const canvas = page.locator('.react-flow__pane')
  const { width, height } = await boxOf(canvas)
  await page
    .getByRole('navigation', { name: 'Pasos para añadir' })
    .getByRole('button', { name: 'Notificar' })
    .dragTo(canvas, { targetPosition: { x: width / 2 - 180, y: height - 200 } })
  await step(page, 'notify').waitFor()
  await connect(page, step(page, 'split').locator('.react-flow__handle.source[data-handleid="aviso"]'), 'notify')
  await panel(page).getByRole('combobox', { name: 'Plantilla' }).click()
  await page.getByRole('option', { name: /come-back/ }).click()
  await panel(page).getByRole('figure').first().waitFor()
}

/** More time before the queue closes, and then the wait, both by keyboard. */
export async function drawWait(page: Page): Promise<void> {
  await step(page, 'notify')
    .getByRole('button', { name: /^Añadir un paso/ })
    .first()
    .click()
  await chooseStep(page, 'prolongar')
  await step(page, 'extend').waitFor()
  await page
    .getByRole('navigation', { name: 'Pasos para añadir' })
    .getByRole('button', { name: 'Esperar un evento' })
    .focus()
  await page.keyboard.press('Enter')
  await step(page, 'waitForEvent').waitFor()
  await panel(page).getByLabel('Como máximo', { exact: true }).fill('3')
  await panel(page).getByRole('combobox', { name: 'Unidad' }).click()
  await page.getByRole('option', { name: 'días' }).click()
}

export async function drawEnds(page: Page): Promise<void> {
  await step(page, 'waitForEvent').getByRole('button', { name: 'Añadir un paso: llegó' }).click()
  await chooseStep(page, 'termina, con')
  await panel(page).getByLabel('Cómo resultó').fill('recuperada')
  await step(page, 'waitForEvent').getByRole('button', { name: 'Añadir un paso: venció el plazo' }).click()
  await chooseStep(page, 'cierra')
  await step(page, 'close').waitFor()
}

export async function publish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publicar flujo' }).click()
  const dialogue = page.getByRole('dialog', { name: 'Publicar flujo' })
  await dialogue.getByLabel('Nota').fill('Primera versión')
  await dialogue.getByRole('button', { name: 'Publicar flujo' }).click()
  await page.getByText('Publicado como versión 1').waitFor()
}

export async function openRuns(page: Page): Promise<void> {
  await menu(page, 'Flujos')
  await page.getByRole('link', { name: 'Conversación abandonada' }).click()
  await page.getByRole('link', { name: 'Ejecuciones' }).click()
}

/** By keyboard, out of the menu that has opened. */
async function chooseStep(page: Page, words: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Qué hacer después…' })
  await field.and(page.locator(':focus')).waitFor()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await field.waitFor({ state: 'detached' })
}

async function connect(page: Page, source: Locator, target: string): Promise<void> {
  const from = await boxOf(source)
  const to = await boxOf(step(page, target).locator('.react-flow__handle.target'))
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y - 30, { steps: 5 })
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 })
  await page.mouse.up()
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('it is not to be seen')
  return box
}
