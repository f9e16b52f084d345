import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsRoute } from '#platform/http/settings-route.ts'
import { testServer } from '#platform/http/testing.ts'
import { integer, list, readSettings, secretText, text, url } from '#platform/settings.ts'

const specs = {
  PLACE_COUNT: integer('How many.', 3, { min: 1, max: 9 }),
  PLACE_NAMES: list('Which.'),
  PLACE_KEY: secretText('A key.'),
  PLACE_URL: url('Where.', ['smtp']),
  PLACE_OTHER: text('What else.', undefined),
}

test('settings are shown as they hold, but no secret is, nor who signs in by a URL', async () => {
  const env = {
    PLACE_COUNT: '7',
    PLACE_NAMES: 'a, b',
    PLACE_KEY: 'hush-hush',
    PLACE_URL: 'smtp://ana:pass-word@mail.example',
  }
  const { settings } = readSettings([specs], env)
  const app = await testServer([settingsRoute([{ name: 'place', settings: specs }], settings)])
  const get = (credential: string) =>
    app.inject({ url: '/api/v1/settings', headers: { authorization: `Bearer ${credential}` } })
  const { body } = await get('acme:tenants.read')
  assert.doesNotMatch(body, /hush|pass-word/)
  const shown = JSON.parse(body).items.map(
    ({ name, value, default: fallback, given, secret }: Record<string, unknown>) => [
      name,
      value,
      fallback,
      given,
      secret,
    ],
  )
  assert.deepEqual(shown, [
    ['PLACE_COUNT', '7', '3', true, false],
    ['PLACE_NAMES', 'a,b', '', true, false],
    ['PLACE_KEY', null, null, true, true],
    ['PLACE_URL', 'smtp://…@mail.example', null, true, false],
    ['PLACE_OTHER', null, null, false, false],
  ])
  assert.equal((await get('acme:queues.read')).statusCode, 403)
  await app.close()
})
