import assert from 'node:assert/strict'
import { it } from 'node:test'
import createClient from 'openapi-fetch'
import { repeats } from './repeats.ts'
import type { paths } from './schema.d.ts'

/** A client of a program that answers in turn; null: it does not. */
function clientOf(answers: (Response | null)[], now?: () => number) {
  const keys: (string | null)[] = []
  const client = createClient<paths>({
    baseUrl: 'http://program',
    fetch: async (request) => {
      keys.push(request.headers.get('Idempotency-Key'))
      const answer = answers.shift()
      if (answer == null) throw new TypeError('nobody there')
      return answer
    },
  })
  client.use(repeats(now))
  const ask = (name: string) => client.POST('/api/v1/flows', { body: { name } }).catch(() => {})
  return { client, ask, keys }
}
const made = () => Response.json({ id: '1' }, { status: 201 })

it('asks again with the same key until somebody answers, and then with another one', async () => {
  const running = Response.json({ code: 'idempotency-running' }, { status: 409 })
  const { ask, keys } = clientOf([null, new Response('', { status: 502 }), running, made(), made()])
  for (let i = 0; i < 5; i++) await ask('a')
  assert.equal(new Set(keys.slice(0, 4)).size, 1)
  assert.notEqual(keys[4], keys[3])
  assert.ok(keys[0])
})

it('takes what was changed meanwhile, what was refused, and what is asked for much later as something else', async () => {
  let now = 0
  const { ask, keys } = clientOf([null, null, Response.json({}, { status: 400 }), made(), made()], () => now)
  await ask('a')
  await ask('b')
  await ask('b')
  await ask('b')
  now = 3_600_000
  await ask('a')
  assert.equal(keys[1], keys[2])
  assert.equal(new Set(keys).size, 4)
})

it('gives none where there is one, and none to what may be done twice', async () => {
  const { client, keys } = clientOf([made(), made()])
  await client.POST('/api/v1/flows', { params: { header: { 'Idempotency-Key': 'mine' } }, body: { name: 'a' } })
  await client.POST('/api/v1/contacts/behind', { body: { subjects: [] } })
  assert.deepEqual(keys, ['mine', null])
})
