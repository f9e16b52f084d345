import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { createAuthenticator, hashOf } from '#access/authenticator.ts'
import type { KeyRow, PersonRow } from '#access/store.ts'
import { signToken } from '#access/token.ts'
import { manualClock } from '#platform/clock.ts'
import type { Database } from '#platform/work.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const secret = Buffer.alloc(32, 7)
const KEY = 'k'.repeat(40)

const clock = manualClock(START)
let asked = 0
let keyBatches: number[] = []
let keys: Map<string, Partial<KeyRow>>
let persons: Map<string, Partial<PersonRow>>
let broken: Error | undefined
let hold: Promise<void> | undefined

/** A database that knows the two questions of the authenticator. */
const database = {
  worker: {
    async query(text: string, values: readonly unknown[]) {
      if (text.startsWith('update')) return []
      asked += 1
      await hold
      if (broken !== undefined) throw broken
      if (text.includes('api_key')) {
        const hashes = values[0] as Buffer[]
        keyBatches.push(hashes.length)
        return hashes.flatMap((hash) => {
          const row = keys.get(hash.toString('hex'))
          return row === undefined
            ? []
            : [
                {
                  hash,
                  expiresAt: null,
                  lastUsedAt: null,
                  alive: true,
                  scopes: ['events:write'],
                  role: 'owner',
                  personRole: null,
                  ...row,
                },
              ]
        })
      }
      const wanted = JSON.parse(values[0] as string) as { tenant: string; id: string }[]
      return wanted.flatMap(({ tenant, id }) => {
        const row = persons.get(`${tenant}/${id}`)
        return row === undefined ? [] : [{ tenant, id, role: null, version: null, alive: true, ...row }]
      })
    },
  },
} as unknown as Database

let authenticator: ReturnType<typeof createAuthenticator>

beforeEach(() => {
  clock.set(START)
  asked = 0
  keyBatches = []
  broken = undefined
  hold = undefined
  keys = new Map([[hashOf(KEY).toString('hex'), { tenant: 'acme', id: '1' }]])
  persons = new Map([
    ['acme/7', { role: 'agent', version: 2 }],
    ['acme/', {}],
  ])
  authenticator = createAuthenticator(database, clock, secret)
})

const who = async (credential: string) => (await authenticator.authenticate(credential))?.actor ?? null

test('a known credential is answered at once, without a promise and without the database', async () => {
  assert.equal(await who(KEY), 'key:1')
  const again = authenticator.authenticate(KEY)
  assert.ok(!(again instanceof Promise))
  assert.equal(asked, 1)
})

test('an answer holds for less than a second, and is renewed before while it is in use', async () => {
  await who(KEY)
  keys.clear()
  clock.advance(500)
  assert.equal(await who(KEY), 'key:1', 'renewed in the background')
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.equal(await who(KEY), null)
  assert.equal(asked, 2)
})

test('after a second nothing old is believed', async () => {
  await who(KEY)
  keys.clear()
  clock.advance(1_000)
  assert.equal(await who(KEY), null)
})

test('forgetting holds at once, also for an answer that was under way', async () => {
  const gate = Promise.withResolvers<void>()
  hold = gate.promise
  const late = who(KEY)
  await new Promise(setImmediate)
  authenticator.forget()
  gate.resolve()
  assert.equal(await late, 'key:1', 'asked before the change')
  keys.clear()
  assert.equal(await who(KEY), null, 'but not remembered')
})

test('many at once are one question', async () => {
  await Promise.all(Array.from({ length: 300 }, (_, i) => who(`guess-${i}`.padEnd(40, 'x'))))
  assert.deepEqual(keyBatches, [300])
})

test('guesses without end do not fill the memory', async () => {
  await who(KEY)
  for (let round = 0; round < 25; round++) {
    await Promise.all(Array.from({ length: 450 }, (_, i) => who(`guess-${round}-${i}`.padEnd(40, 'x'))))
  }
  const before = asked
  await who(KEY)
  assert.equal(asked, before + 1, 'the first one was forgotten among 11,250 others, and is asked for again')
})

test('a token is its user while the version is the one it was made with', async () => {
  const person = { kind: 'user', id: '7' } as const
  const { token } = await signToken(secret, { tenant: 'acme', person, version: 2 }, START)
  const identity = await authenticator.authenticate(token)
  assert.deepEqual([identity?.actor, identity?.tenant, identity?.person], ['user:7', 'acme', person])
  assert.ok(identity?.permissions.has('conversations:write') && !identity.permissions.has('flows:write'))
  persons.set('acme/7', { role: 'agent', version: 3 })
  authenticator.forget()
  assert.equal(await who(token), null)
})

test('a token of a user who is gone, and of a tenant that is gone, is nobody', async () => {
  const gone = await signToken(secret, { tenant: 'acme', person: { kind: 'user', id: '8' }, version: 1 }, START)
  const nowhere = await signToken(secret, { tenant: 'none', person: { kind: 'contact', id: 'c' }, version: 0 }, START)
  persons.set('acme/8', { role: null, version: null })
  assert.equal(await who(gone.token), null)
  assert.equal(await who(nowhere.token), null)
})

test('a contact may reach what is its own', async () => {
  const { token } = await signToken(
    secret,
    { tenant: 'acme', person: { kind: 'contact', id: 'c-1' }, version: 0 },
    START,
  )
  const identity = await authenticator.authenticate(token)
  assert.deepEqual([identity?.actor, [...(identity?.permissions ?? [])]], ['contact:c-1', ['self']])
})

test('a credential ends at its moment, although it is remembered', async () => {
  keys.set(hashOf(KEY).toString('hex'), { tenant: 'acme', id: '1', expiresAt: new Date(START + 200) })
  assert.equal(await who(KEY), 'key:1')
  clock.advance(200)
  assert.equal(await who(KEY), null)
})

test('a key may have the form of a token', async () => {
  const odd = 'eyJhbGciOiJIUzI1NiJ9.cauce.key-with-two-dots'
  keys.set(hashOf(odd).toString('hex'), { tenant: 'acme', id: '9' })
  assert.equal(await who(odd), 'key:9')
})

test('without the database the answer is a failure, not a refusal', async () => {
  broken = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
  await assert.rejects(who(KEY), /gone/)
  broken = undefined
  assert.equal(await who(KEY), 'key:1')
})
