import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { platformSettings } from '#platform/platform-settings.ts'
import { decimal, flag, host, integer, list, oneOf, readSettings, secretText, text, url } from '#platform/settings.ts'

const specs = {
  CAUCE_COUNT: integer('', 3, { min: 1, max: 9 }),
  CAUCE_RATIO: decimal('', 0.5, { min: 0, max: 1 }),
  CAUCE_ON: flag('', false),
  CAUCE_KIND: oneOf('', 'a', ['a', 'b']),
  CAUCE_NAMES: list(''),
  CAUCE_KEY: secretText(''),
  CAUCE_LINK: url('', ['https']),
  HOME_TOWN: text('', 'Quito'),
}

const problemsOf = (env: Record<string, string>) => readSettings([specs], env).problems

describe('settings', () => {
  it('are read from their texts; what is unset or empty has its default', () => {
    const env = {
      CAUCE_COUNT: '9',
      CAUCE_ON: 'yes',
      CAUCE_KIND: '',
      CAUCE_NAMES: ' a, ,b ',
      CAUCE_LINK: 'https://x.example/',
    }
    const { settings, problems } = readSettings([specs], env)
    assert.deepEqual(problems, [])
    assert.deepEqual(
      { ...settings.of(specs) },
      {
        CAUCE_COUNT: 9,
        CAUCE_RATIO: 0.5,
        CAUCE_ON: true,
        CAUCE_KIND: 'a',
        CAUCE_NAMES: ['a', 'b'],
        CAUCE_KEY: undefined,
        CAUCE_LINK: 'https://x.example/',
        HOME_TOWN: 'Quito',
      },
    )
  })

  it('take a host alone, as a name or an address', () => {
    const { parse } = host('', undefined)
    for (const good of ['rabbit.example.com', '127.0.0.1', '::1', 'rabbit_1']) assert.equal(parse(good), good)
    for (const bad of ['amqp://rabbit', 'rabbit:5672', '127.0.0.1:1883', 'user@rabbit', 'a/b', 'a b', '[::1]:1883'])
      assert.throws(() => parse(bad), /a host alone/, bad)
  })

  it('that are bad are named all at once, with what they are', () => {
    assert.deepEqual(problemsOf({ CAUCE_COUNT: '10', CAUCE_RATIO: '1e3', CAUCE_ON: 'maybe', CAUCE_KIND: 'c' }), [
      'CAUCE_COUNT must be a whole number from 1 to 9 (it is "10")',
      'CAUCE_RATIO must be a number from 0 to 1 (it is "1e3")',
      'CAUCE_ON must be true or false (it is "maybe")',
      'CAUCE_KIND must be one of a, b (it is "c")',
    ])
    for (const bad of ['0', ' 1', '1.5', '0x2', 'NaN']) assert.equal(problemsOf({ CAUCE_COUNT: bad }).length, 1, bad)
    assert.equal(problemsOf({ CAUCE_LINK: 'http://x.example' }).length, 1)
  })

  it('that nobody declared stop the start when their name is ours', () => {
    assert.deepEqual(problemsOf({ CAUCE_CUONT: '1', PATH: '/bin' }), ['CAUCE_CUONT is not a setting of this program'])
  })

  it('that are secret are never repeated', () => {
    const { problems } = readSettings(
      [
        {
          DATABASE_URL: url('', ['postgres'], true),
          CAUCE_SECRET: { ...integer('', 1, { min: 1, max: 2 }), secret: true },
        },
      ],
      {
        CAUCE_SECRET: 'short',
        DATABASE_URL: 'mysql://me:pw@host/db',
      },
    )
    assert.equal(problems.length, 2)
    assert.ok(!problems.join().includes('short'), problems.join())
    assert.ok(!problems.join().includes('pw'), problems.join())
  })
})

describe('DATABASE_URL', () => {
  const read = (DATABASE_URL: string) => readSettings([platformSettings], { DATABASE_URL })

  it('may name a socket as PostgreSQL itself does, without a host', () => {
    const url = 'postgresql://me:pw@/clinic?host=/cloudsql/one'
    const { settings, problems } = read(url)
    assert.deepEqual(problems, [])
    const taken = settings.of(platformSettings).DATABASE_URL as string
    const { host, user, password, database } = new pg.Client({ connectionString: taken })
    assert.deepEqual([host, user, password, database], ['/cloudsql/one', 'me', 'pw', 'clinic'])
  })

  it('whose password was not encoded says so, without repeating it', () => {
    const { problems } = read('postgres://me:p#w@host/clinic')
    assert.equal(problems.length, 1)
    assert.match(problems[0] as string, /percent-encoded$/)
    assert.match(
      read('mysql://me:pw@host/db').problems[0] as string,
      /^DATABASE_URL must be a URL: postgres or postgresql$/,
    )
  })
})
