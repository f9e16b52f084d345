import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { type CheckReport, checkTopic, linkBase, mqttSettings } from '#mqtt/index.ts'
import { topicFault } from '#platform/brokers/mqtt/index.ts'
import { loadSettings } from '#platform/config.ts'
import { settingGroups } from './config.ts'
import { asksForHelp } from './help.ts'

const USAGE = `Usage: cauce check mqtt [--messages 100] [--topic whatsapp/clientes/send] [--wait 10]

Sends messages over a topic of the MQTT broker that the settings name, and says how many came, and how fast.
The user (MQTT_USUARIO) has to be allowed to publish to the topic and to subscribe to it.

--messages  how many, up to 100000
--topic     a topic, without + and #
--wait      seconds to wait for what is still missing at the end, up to 600
`
const MOST_MESSAGES = 100_000
const MOST_WAIT_S = 600

type Options = { messages: number; topic: string; waitS: number }

/** @returns what is wrong with the words, where they make no sense */
function optionsOf(args: readonly string[]): Options | string {
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
    const [what, ...more] = positionals
    if (what !== 'mqtt')
      return what === undefined ? 'say what to check: mqtt' : `there is no check of ${shownWord(what)}`
    if (more.length > 0) return `${shownWord(more.join(' '))} is not understood`
    if (!Number.isInteger(messages) || messages < 1 || messages > MOST_MESSAGES)
      return `--messages is a whole number from 1 to ${MOST_MESSAGES}, not ${shownWord(values.messages)}`
    const fault = topicFault(values.topic)
    if (fault !== null) return `--topic ${fault}: ${shownWord(values.topic)}`
    if (!(waitS > 0 && waitS <= MOST_WAIT_S))
      return `--wait is a number of seconds up to ${MOST_WAIT_S}, not ${shownWord(values.wait)}`
    return { messages, topic: values.topic, waitS }
  } catch (error) {
    // What follows its first sentence is advice for who writes programs.
    const [said = ''] = (error as Error).message.split(/\.\s|\n/)
    return said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, '')
  }
}

const shownWord = (word: string) => JSON.stringify(word)

/**
 * `check mqtt`: whether messages pass over a topic of the broker that the settings name, and how fast.
 * @returns 0 when all came, 1 when not, 2 for bad usage
 */
export async function check(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(USAGE)
    return 0
  }
  const options = optionsOf(args)
  if (typeof options === 'string') {
    process.stderr.write(`cauce check: ${options}.\n\n${USAGE}`)
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
