/** The pages of brokers over a program that has them: a RabbitMQ behind a proxy that can be cut, and a Mosquitto. */
import { after, before, describe, it } from 'node:test'
import mqtt from 'mqtt'
import { RABBITMQ_PORT, type Stranger, stranger } from '../../server/gateway/testing.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '../../server/platform/brokers/mqtt/testing.ts'
import { type TcpProxy, tcpProxy, withoutBroker } from '../../server/platform/brokers/testing.ts'
import { settled } from '../harness/client.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

const skip = noBrowser || (await withoutBroker('RabbitMQ', RABBITMQ_PORT)) || withoutMosquitto()

describe('the pages of brokers', { skip, timeout: 600_000 }, () => {
  let admin: Admin
  let other: Stranger
  let proxy: TcpProxy
  let mosquitto: Mosquitto
  before(async () => {
    ;[other, proxy, mosquitto] = await Promise.all([stranger(), tcpProxy(RABBITMQ_PORT), startMosquitto()])
    admin = await openAdmin({
      ...other.env,
      RABBITMQ_PORT: String(proxy.port),
      ...{ MQTT_HOST: mosquitto.host, MQTT_PORT: String(mosquitto.port), MQTT_EVENT_TOPICS: 'salas/#' },
    })
  })
  after(async () => {
    await admin?.close()
    await proxy?.close()
    await other?.close()
    await mosquitto?.close()
  })

  /** What is there is answered. */
  const comes = (path: string) =>
    settled(async () => ((await admin.api.ask('GET', path)).ok ? '' : `${path} is not there`))

  /** What a node takes is counted within a second of it. */
  const counted = (door: string, times: number) =>
    settled(async () => {
      const { received } = await admin.api.persist<{ received: { door: string; received: number }[] }>(
        'GET',
        '/backoffice/brokers',
      )
      return received.some((each) => each.door === door && each.received === times) ? '' : `not ${times} by ${door}`
    })

  it('show the queues of a broker that is there, and one that is away until it is back', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/brokers')
    await page.getByText('Conectado', { exact: true }).waitFor()
    const queues = page.getByRole('table', { name: 'Colas' })
    await queues.getByRole('row', { name: new RegExp(`${other.names.queue} 0 1`) }).waitFor()
    await page.getByRole('table', { name: 'Lo que lee este nodo' }).getByText('Leyendo').first().waitFor()
    const event = { event_id: 'e-1', type: 'encounter', subtype: 'noted', encounter_id: 'c-1', datetime: Date.now() }
    await other.publish([{ key: 'encounter.noted', body: JSON.stringify(event), options: { messageId: 'e-1' } }])
    await counted('events', 1)
    const received = page.getByRole('table', { name: 'Lo que tomó cada nodo' })
    await received.getByRole('row', { name: /Eventos 1 0 0/ }).waitFor()
    await assertAccessible()

    // Nobody asks: the page tells of it by itself.
    proxy.cut()
    await page.getByText('Sin conexión', { exact: true }).waitFor()
    await page
      .getByText(/ECONNR|socket|closed/i)
      .first()
      .waitFor()
    await assertAccessible()
    proxy.restore()
    // Nobody reloads: the page looks until it is there again.
    await page.getByText('Conectado', { exact: true }).waitFor()
    await queues.getByRole('row', { name: new RegExp(other.names.queue) }).waitFor()
    assertCalm()
    await close()
  })

  it('tell all of what is set up otherwise in the broker, on a telephone too', async () => {
    const { page, close } = await admin.signedIn('/settings/brokers', { viewport: NARROW })
    const warning = `the queue ${'q'.repeat(60)} is there with other arguments and is used as it is: PRECONDITION_FAILED`
    await page.route('**/backoffice/brokers', async (asked) => {
      const answer = await asked.fetch()
      await asked.fulfill({ response: answer, json: { ...(await answer.json()), warnings: [warning] } })
    })
    await page.reload()
    const box = await page.getByText(`${'q'.repeat(60)} ya estaba, con otros parámetros`).boundingBox()
    if (box === null || box.x + box.width > NARROW.width) throw new Error(`cut off: ${JSON.stringify(box)}`)
    await close()
  })

  it('mend and retry a message that was refused', async () => {
    const event = { event_id: 'bad', type: 'encounter', subtype: 'noted', encounter_id: 'c-1', datetime: 'yesterday' }
    await other.publish([{ key: 'encounter.noted', body: JSON.stringify(event), options: { messageId: 'm-1' } }])
    await settled(async () => {
      const { items } = await admin.api.persist<{ items: unknown[] }>('GET', '/backoffice/brokers/refused')
      return items.length === 1 ? '' : `${items.length} were refused`
    })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/brokers/refused')
    const list = page.getByRole('table', { name: 'Mensajes rechazados' })
    await list.waitFor()
    await page.getByRole('table', { name: 'Por motivo' }).getByRole('link').first().click()
    await page.waitForURL(/code=/)
    await list.getByRole('link').first().click()
    const detail = page.getByRole('complementary')
    await detail.getByText('m-1').waitFor()
    await assertAccessible()
    await detail.getByLabel('Contenido').fill(JSON.stringify({ ...event, event_id: 'mended', datetime: Date.now() }))
    await detail.getByRole('button', { name: 'Reintentar corregido' }).click()
    await page.getByText('Tomado como evento').waitFor()
    await comes('/api/v1/events/mended')
    await page.goto(`${admin.url}/settings/brokers/refused`)
    await page.getByRole('heading', { name: 'No hay mensajes rechazados' }).waitFor()
    assertCalm()
    await close()
  })

  it('show the sessions at an MQTT broker, take its messages by a rule, and retry what was refused', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/brokers/mqtt')
    await page.getByText('Conectado', { exact: true }).first().waitFor()
    await page.getByText(`127.0.0.1:${mosquitto.port}`).waitFor()
    const sessions = page.getByRole('table', { name: 'Sesiones de este nodo' })
    await sessions.getByText('salas/#').waitFor()
    await page.getByRole('button', { name: 'Crear regla' }).click()
    const form = page.getByRole('dialog', { name: 'Crear regla' })
    await form.getByLabel('Nombre').fill('Alarmas')
    await form.getByRole('textbox', { name: 'Tema', exact: true }).fill('alarmas/+')
    await form.getByLabel('Tipo del evento').fill('"alarma.recibida"')
    await form.getByRole('button', { name: 'Guardar regla' }).click()
    await page.getByRole('row', { name: /Alarmas/ }).waitFor()
    // The page follows what the broker was asked for because of the rule.
    await sessions.getByText('alarmas/+').waitFor()
    const client = await mqtt.connectAsync({ host: mosquitto.host, port: mosquitto.port })
    await client.publishAsync('alarmas/3', '{"nivel": 2}', { qos: 1 })
    await client.publishAsync('salas/3', 'no es JSON', { qos: 1 })
    await client.endAsync()
    await settled(async () => {
      const { items } = await admin.api.persist<{ items: unknown[] }>('GET', '/api/v1/events?type=alarma.recibida')
      return items.length === 1 ? '' : `${items.length} events`
    })
    await page.reload()
    const refused = page.getByRole('table', { name: 'Mensajes que no se pudieron tomar' })
    await refused.getByRole('row', { name: /salas\/3/ }).waitFor()
    await assertAccessible()
    await refused.getByRole('button', { name: 'Descartar' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Descartar' }).click()
    await page.getByText('Ninguno: todo lo que llegó se pudo tomar.').waitFor()

    await mosquitto.stop()
    await page.reload()
    await page.getByText('Sin conexión', { exact: true }).first().waitFor()
    await assertAccessible()
    await mosquitto.start()
    await page.getByRole('button', { name: 'Conectar ahora' }).click()
    await page.getByText('Conectado', { exact: true }).first().waitFor()
    assertCalm()
    await close()
  })

  it('fit a narrow window', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/brokers', {
      viewport: NARROW,
    })
    await page.getByText('Conectado', { exact: true }).waitFor()
    await assertAccessible()
    await page.goto(`${admin.url}/settings/brokers/mqtt`)
    await page.getByText('Conectado', { exact: true }).first().waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })
})
