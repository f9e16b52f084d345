import { patternMistakes } from '#events/index.ts'
import { filterFault, topicFault } from '#platform/brokers/mqtt/index.ts'
import { baseUrl, flag, host, integer, list, oneOf, type Setting, secretText, text } from '#platform/settings.ts'
import { LINES } from './whatsapp-commands/command.ts'
import { isCountry } from './whatsapp-commands/number.ts'

/** A list of which each item has to pass. */
const checked = (describe: string, faultOf: (item: string) => string | null): Setting<readonly string[]> => {
  const items = list(describe)
  return {
    ...items,
    parse(given) {
      const parsed = items.parse(given)
      for (const item of parsed) {
        const fault = faultOf(item)
        if (fault !== null) throw new Error(`has an item ${JSON.stringify(item)} that ${fault}`)
      }
      return parsed
    },
  }
}

const topic = (describe: string, fallback: string): Setting<string> => ({
  ...text(describe, fallback),
  parse(given) {
    const fault = topicFault(given)
    if (fault !== null) throw new Error(fault)
    return given.replace(/\/+$/, '')
  },
})

/** One topic for both lines would have people written to from the wrong number. */
const topicOfLines: Setting<string> = {
  ...topic('Topic of WhatsApp commands; {line} is clientes or proveedores.', 'whatsapp/{line}/send'),
  parse(given) {
    if (!given.includes('{line}')) throw new Error('must contain {line}: both lines would have the same topic')
    return topic('', '').parse(given)
  },
}

const country: Setting<string | undefined> = {
  describe:
    'Country (ISO 3166, CL) of phone numbers that are written without their country code. Unset: they must have it.',
  default: undefined,
  parse(given) {
    if (!isCountry(given)) throw new Error('must be a country as two capital letters, for example CL')
    return given
  },
}

const users: Setting<ReadonlyMap<string, string> | undefined> = {
  describe:
    'Users of the embedded MQTT broker, as name:password, separated by commas. Passwords have 8 characters or more.',
  default: undefined,
  secret: true,
  parse(given) {
    const found = new Map<string, string>()
    for (const item of given.split(',').map((part) => part.trim())) {
      const [, name, password] = /^([^:]+):(.{8,})$/.exec(item) ?? []
      if (name === undefined || password === undefined) {
        throw new Error('must be name:password, with 8 characters or more, separated by commas')
      }
      found.set(name, password)
    }
    return found
  },
}

export const settings = {
  MQTT_HOST: host('Host of an MQTT broker. Unset: no MQTT, unless one is embedded.', undefined),
  MQTT_PORT: integer('Port of the MQTT broker.', 1883, { min: 1, max: 65535 }),
  MQTT_USUARIO: text('User name at the MQTT broker.', undefined),
  MQTT_PASSWORD: secretText('Password at the MQTT broker.'),
  MQTT_PROTOCOL: oneOf('Version of MQTT; auto: 5, and 3.1.1 where the broker does not speak it.', 'auto', [
    'auto',
    '5',
    '3.1.1',
  ]),
  MQTT_TLS: flag('Connect by TLS.', false),
  MQTT_TLS_CA: text(
    'File with the certificates (PEM) that the broker is checked against. Unset: those of the system.',
    undefined,
  ),
  MQTT_TLS_CERT: text('File with our own certificate (PEM).', undefined),
  MQTT_TLS_KEY: text('File with the key (PEM) of our certificate.', undefined),
  MQTT_CLIENT_ID: text('First part of our client ids; what follows tells installation and session apart.', 'cauce'),
  MQTT_KEEPALIVE_SECONDS: integer(
    'Seconds of silence after which a ping is sent; after one and a half times as many the broker takes us for dead.',
    15,
    {
      min: 2,
      max: 3_600,
    },
  ),
  MQTT_SESSION_HOURS: integer(
    'Hours for which the broker keeps messages for us while nobody of ours is connected.',
    168,
    {
      min: 1,
      max: 8_760,
    },
  ),
  MQTT_SESSIONS: integer(
    'Sessions among which incoming messages are shared ($share), for several nodes at once. 1: one node takes all, in order, and another one steps in when it dies.',
    1,
    { min: 1, max: 16 },
  ),
  MQTT_TENANT: text('Tenant that the MQTT connection belongs to.', 'default'),
  MQTT_EVENT_TOPICS: checked('Filters of topics that events are taken from, separated by commas.', filterFault),
  MQTT_PUBLISH: checked(
    'Patterns of event types that are published as CloudEvents, separated by commas (encounter.*).',
    (item) => patternMistakes(item)[0]?.en ?? null,
  ),
  MQTT_EVENT_PREFIX: topic('Topic below which events are published: {prefix}/encounter/closed.', 'cauce/events'),
  MQTT_ANSWER_PREFIX: topic('Topic below which answers to our requests come: {prefix}/{client id}.', 'cauce/answers'),
  MQTT_REPLY_TOPICS: checked(
    'Filters of topics that we may answer requests on, beside {request topic up to /request}/response.',
    filterFault,
  ),
  CAUCE_MQTT_EMBEDDED: flag(
    'Bring an MQTT broker along (3.1.1), for those without one. What waits in it, and what is retained, is gone when the program stops.',
    false,
  ),
  CAUCE_MQTT_EMBEDDED_HOST: text('Address that the embedded MQTT broker listens on.', '127.0.0.1'),
  CAUCE_MQTT_EMBEDDED_PORT: integer('Port of the embedded MQTT broker; 0 takes a free one.', 1883, {
    min: 0,
    max: 65535,
  }),
  CAUCE_MQTT_EMBEDDED_USERS: users,
  CAUCE_MQTT_EMBEDDED_ACL: text(
    'File that says what those users may do, in the grammar of acl_file of Mosquitto. Unset: nothing.',
    undefined,
  ),
  USE_MQTT_WHATSAPP: flag(
    'WhatsApp commands go over MQTT, and by HTTP while that fails; false: by HTTP. Can be switched live.',
    false,
  ),
  MQTT_TOPIC_WHATSAPP_SEND: topicOfLines,
  WA_CLIENTES_BASE_URL: baseUrl('Commands of the line clientes are posted to {url}/wa-clientes/send.'),
  WA_PROVEEDORES_BASE_URL: baseUrl('Commands of the line proveedores are posted to {url}/wa-proveedores/send.'),
  WA_COMMAND_TOKEN: secretText('Sent with posted commands as Authorization: Bearer.'),
  CAUCE_WHATSAPP_RECEIVE: checked(
    'Lines whose WhatsApp commands are taken in here, over MQTT and HTTP: clientes, proveedores.',
    (line) => (LINES.some((known) => known === line) ? null : `is none of ${LINES.join(', ')}`),
  ),
  CAUCE_PHONE_COUNTRY: country,
}
