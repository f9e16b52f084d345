import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { type CheckReport, checkTopic, linkBase, mqttSettings } from '#mqtt/index.ts'
import { topicFault } from '#platform/brokers/mqtt/index.ts'
import { loadSettings } from '#platform/config.ts'
import { settingGroups } from './config.ts'

const USAGE = 'Usage: cauce check mqtt [--messages 100] [--topic whatsapp/clientes/send] [--wait 10]\n'
const MOST_MESSAGES = 100_000

type Options = { messages: number; topic: string; waitS: number }

/** Null when the words make no sense. */
function optionsOf(args: readonly string[]): Options | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        messages: { type: 'string', default: '100' },
        topic: { type: 'string', default: 'whatsapp/clientes/send' },
        wait: { type: 'string', default: '10' },
      },
    })
    const messages = Number(values.messages)
    const waitS = Number(values.wait)
    if (positionals.length !== 1 || positionals[0] !== 'mqtt') return null
    if (!Number.isInteger(messages) || messages < 1 || messages > MOST_MESSAGES) return null
    if (!(waitS > 0 && waitS <= 600) || topicFault(values.topic) !== null) return null
    return { messages, topic: values.topic, waitS }
  } catch {
    return null
  }
}

/**
 * `check mqtt`: whether messages pass over a topic of the broker that the settings name, and how fast.
 * @returns 0 when all came, 1 when not, 2 for bad usage
 */
export async function check(args: readonly string[]): Promise<number> {
  const options = optionsOf(args)
  if (options === null) {
    process.stderr.write(USAGE)
    return 2
  }
  const values = loadSettings(settingGroups.map(({ settings }) => settings)).of(mqttSettings)
  const { CAUCE_MQTT_EMBEDDED: embedded, MQTT_USUARIO: username, MQTT_PASSWORD: password } = values
  if (!embedded && values.MQTT_HOST === undefined) {
    process.stderr.write('cauce check mqtt: no broker is set up. Set MQTT_HOST.\n')
    return 1
  }
  if (embedded && password === undefined) {
    process.stderr.write(
      'cauce check mqtt: the password of the embedded broker is made at each start. Set MQTT_PASSWORD for both.\n',
    )
    return 1
  }
  const own = { host: values.CAUCE_MQTT_EMBEDDED_HOST, port: values.CAUCE_MQTT_EMBEDDED_PORT }
  const address = embedded ? { ...own, username: username ?? 'cauce', password } : undefined
  const base = linkBase(values, pino({ level: 'silent' }), address)
  const where = `${base.address.host}:${base.address.port}`
  const { messages, topic, waitS } = options
  const began = performance.now()
  try {
    const report = await checkTopic(base, {
      clientId: values.MQTT_CLIENT_ID,
      topic,
      messages,
      waitMs: waitS * 1_000,
      wall: Date.now,
    })
    process.stdout.write(shown(report, `MQTT ${report.protocol} at ${where}, topic ${topic}`, began))
    return report.received === report.sent ? 0 : 1
  } catch (error) {
    process.stderr.write(`cauce check mqtt: ${where}: ${(error as Error).message}.\n`)
    return 1
  }
}

function shown(report: CheckReport, title: string, began: number): string {
  const ms = (value: number | null) => (value === null ? '-' : `${value.toFixed(2)} ms`)
  const lines = [
    title,
    `  sent      ${report.sent}`,
    `  received  ${report.received}`,
    `  doubled   ${report.doubled}`,
    `  p50       ${ms(report.p50Ms)}`,
    `  p95       ${ms(report.p95Ms)}`,
    `  slowest   ${ms(report.maxMs)}`,
    `  took      ${((performance.now() - began) / 1_000).toFixed(1)} s`,
  ]
  if (report.received < report.sent) {
    lines.push('', 'Not all came. May this user (MQTT_USUARIO) both publish to the topic and subscribe to it?')
  }
  return `${lines.join('\n')}\n`
}
