import { baseUrl, decimal, flag, integer, oneOf, type Setting, text, url } from '#platform/settings.ts'

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })

const locale: Setting<string> = {
  describe:
    'Language of what is said to people whose own is not known, or has no text: es, en, es-CL … One other than es and en speaks through texts of yours. Also that of the sample which the first start makes.',
  default: 'es',
  parse: (value) => {
    if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(value))
      throw new Error('must be a language, for example es or es-CL')
    const [language = ''] = value.split('-')
    if (LANGUAGES.of(language) === undefined) throw new Error(`must be a language, and ${language} is none`)
    return value
  },
}

const crashAt: Setting<string | undefined> = {
  describe: 'Tests: kills the process at a named point, `name` or `name:n`.',
  default: undefined,
  parse: (value) => {
    if (!/^[a-z]+:[a-z-]+(:[1-9]\d*(:stop)?)?$/.test(value))
      throw new Error('must be a point of the program, for example due:before-commit or due:before-commit:2')
    return value
  },
}

const databaseUrl = url(
  'An external PostgreSQL 15 or later. Unset: the embedded one, kept in the data directory.',
  ['postgres', 'postgresql'],
  true,
)

const database: Setting<string | undefined> = {
  ...databaseUrl,
  parse(value) {
    // As PostgreSQL itself lets one write a socket, `//user:password@/name?host=/folder`; a URL has to name somebody there.
    const named = value.replace(/^([a-z]+:\/\/[^/@]*@)\//i, '$1localhost/')
    if (URL.canParse(named)) return databaseUrl.parse(named)
    throw new Error('must be a URL, postgres://user:password@host/name, with / ? # and : of a password percent-encoded')
  },
}

export const platformSettings = {
  PORT: integer('Port of the HTTP server; 0 takes a free one.', 8080, { min: 0, max: 65535 }),
  HOST: text('Address that the HTTP server listens on.', '127.0.0.1'),
  DATABASE_URL: database,
  CAUCE_DATA_DIR: text('Where the embedded database and its password are kept.', './data'),
  CAUCE_PUBLIC_URL: baseUrl('Base of the links that people get. Default: the address that the server listens on.'),
  CAUCE_TIME_SCALE: decimal(
    'How many seconds pass for conversations, flows and timers in one second; the same in all programs over one database. For demonstrations and tests, in a database of their own: what is ahead stays ahead.',
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
  CAUCE_LOCALE: locale,
  CAUCE_BUS: oneOf(
    'What carries events to other systems and brings theirs. postgres: no broker. Unset: rabbitmq where RABBITMQ_HOST is set, kafka where KAFKA_BROKERS is.',
    'postgres',
    ['postgres', 'rabbitmq', 'kafka'],
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('Where traces are sent (OTLP over HTTP). Unset: nowhere.', ['http', 'https']),
  CAUCE_REQUIRE_BROKERS: flag('Tests: a missing broker fails instead of skipping.', false),
  CAUCE_CHROMIUM: text(
    'Tests and screenshots: the Chromium to look at pages with. Left out, tests take `chromium-headless-shell` where it is installed.',
    '/usr/bin/chromium',
  ),
  CAUCE_TEST_DATABASE_URL: text('Tests: a PostgreSQL server on which they make databases of their own.', undefined),
  CAUCE_CRASH_AT: crashAt,
} as const
