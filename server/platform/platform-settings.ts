import { decimal, flag, integer, oneOf, type Setting, secretText, text, url } from '#platform/settings.ts'

const apiKey: Setting<string | undefined> = {
  describe:
    'A first API key of the default tenant, all scopes: 32 or more visible ASCII characters. Made and printed once when unset.',
  default: undefined,
  secret: true,
  parse: (value) => {
    if (!/^[\x21-\x7e]{32,512}$/.test(value)) throw new Error('must be 32 to 512 visible ASCII characters')
    return value
  },
}

export const platformSettings = {
  PORT: integer('Port of the HTTP server; 0 takes a free one.', 8080, { min: 0, max: 65535 }),
  HOST: text('Address that the HTTP server listens on.', '127.0.0.1'),
  DATABASE_URL: url(
    'An external PostgreSQL 15 or later. Unset: the embedded one, kept in the data directory.',
    ['postgres', 'postgresql'],
    true,
  ),
  CAUCE_DATA_DIR: text('Where the embedded database and its password are kept.', './data'),
  CAUCE_PUBLIC_URL: url('Base of the links that people get. Default: the address that the server listens on.', [
    'http',
    'https',
  ]),
  CAUCE_TIME_SCALE: decimal(
    'How many seconds pass for conversations, flows and timers in one second. For demonstrations and tests.',
    1,
    {
      min: 0.001,
      max: 1_000_000,
    },
  ),
  CAUCE_LOG_LEVEL: oneOf('Least level that is logged.', 'info', [
    'trace',
    'debug',
    'info',
    'warn',
    'error',
    'fatal',
    'silent',
  ]),
  CAUCE_BUS: oneOf('What carries events to other systems. postgres: no broker.', 'postgres', ['postgres']),
  CAUCE_API_KEY: apiKey,
  CAUCE_ADMIN_EMAIL: text('E-mail of the first administrator.', 'admin@localhost'),
  CAUCE_ADMIN_PASSWORD: secretText('Password of the first administrator. Made and printed once when unset.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('Where traces are sent (OTLP over HTTP). Unset: nowhere.', ['http', 'https']),
  CAUCE_REQUIRE_BROKERS: flag('Tests: a missing broker fails instead of skipping.', false),
  CAUCE_TEST_DATABASE_URL: text('Tests: a PostgreSQL server on which they make databases of their own.', undefined),
  CAUCE_CRASH_AT: text('Tests: kills the process at a named point, `name` or `name:n`.', undefined),
} as const
