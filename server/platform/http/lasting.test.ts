import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { createLasting } from '#platform/http/lasting.ts'
import type { Identity, Permission } from '#platform/http/route.ts'
import { identity } from '#platform/http/testing.ts'

const request = { method: 'GET', headers: { authorization: 'Bearer key' } } as unknown as FastifyRequest

let held: Identity | null | Error
let asked = 0
let changed: () => void
let watch: ReturnType<typeof createLasting>['watch']

const settle = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

beforeEach(() => {
  mock.timers.enable({ apis: ['setInterval'] })
  held = identity('acme', ['events:read'])
  asked = 0
  ;({ watch } = createLasting(
    async (credential) => {
      asked += 1
      assert.equal(credential, 'key')
      if (held instanceof Error) throw held
      return held
    },
    (look) => {
      changed = look
    },
  ))
})
afterEach(() => mock.timers.reset())

const begin = (left = new AbortController()) => ({ left, over: watch(request, 'events:read', left.signal) })

test('it ends at once when the credential is told to be over, and not when it still holds', async () => {
  const { over } = begin()
  changed()
  await settle()
  assert.equal(over.aborted, false)
  held = null
  changed()
  await settle()
  assert.equal(over.aborted, true)
})

test('it ends when the credential runs out, or no longer has the permission, though nobody tells', async () => {
  for (const end of [null, identity('acme', ['queues:read' satisfies Permission])]) {
    held = identity('acme', ['events:read'])
    const { over } = begin()
    held = end
    mock.timers.tick(15_000)
    await settle()
    assert.equal(over.aborted, true)
  }
})

test('while nobody can be asked it goes on', async () => {
  const { over } = begin()
  held = new Error('the database is away')
  changed()
  mock.timers.tick(15_000)
  await settle()
  assert.equal(over.aborted, false)
})

test('whoever has gone is not asked for any more', async () => {
  const { left, over } = begin()
  left.abort()
  assert.equal(over.aborted, true)
  changed()
  mock.timers.tick(60_000)
  await settle()
  assert.equal(asked, 0)
  const gone = new AbortController()
  gone.abort()
  assert.equal(begin(gone).over.aborted, true)
  mock.timers.tick(60_000)
  assert.equal(asked, 0)
})
