import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readSettings } from '#platform/settings.ts'
import { settings } from './settings.ts'

it('settings that would send to the wrong place are refused', () => {
  const { problems } = readSettings([settings], {
    MQTT_HOST: 'mqtt://127.0.0.1:1883',
    MQTT_PUBLISH: 'encounter.*, order..*',
    MQTT_TOPIC_WHATSAPP_SEND: 'whatsapp/send',
    WA_CLIENTES_BASE_URL: 'https://wa.example/?token=1',
  })
  assert.deepEqual(
    problems.map((problem) => problem.replace(/ \(it is.*/, '')),
    [
      'MQTT_HOST must be a host alone, without scheme and port',
      'MQTT_PUBLISH has an item "order..*" that must not hold an empty word',
      'MQTT_TOPIC_WHATSAPP_SEND must contain {line}: both lines would have the same topic',
      'WA_CLIENTES_BASE_URL must end with its path, without ? or #',
    ],
  )
  const good = readSettings([settings], { MQTT_HOST: 'broker', MQTT_TOPIC_WHATSAPP_SEND: 'wa/{line}/out/' })
  assert.deepEqual(good.problems, [])
  assert.equal(good.settings.of(settings).MQTT_TOPIC_WHATSAPP_SEND, 'wa/{line}/out')
})
