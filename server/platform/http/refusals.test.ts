import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { route } from '#platform/http/route.ts'
import { testServer } from '#platform/http/testing.ts'
import { invalid } from '#platform/problem.ts'

/** What a refusal says: which member, in a sentence that can be read. */

const headers = { authorization: 'Bearer acme:queues.write,queues.read,events.write' }
const base = { tag: 'Test', summary: 'Test' }
let app: FastifyInstance

before(async () => {
  app = await testServer([
    route({
      ...base,
      method: 'PUT',
      path: '/api/v1/queues/:id',
      permission: 'queues:write',
      params: Type.Object({ id: Type.String({ maxLength: 255 }) }),
      body: Type.Object({ name: Type.String(), texts: Type.Optional(Type.Record(Type.String(), Type.String())) }),
      handle: async ({ body }) => body,
    }),
    route({
      ...base,
      method: 'PUT',
      path: '/api/v1/colours/:id',
      permission: 'queues:write',
      body: Type.Object({ name: Type.String(), size: Type.Integer() }),
      faults: (body) =>
        (body as { name?: unknown }).name === 'grue' ? [{ path: '/name', message: 'is no colour' }] : [],
      handle: async ({ body }) => body,
    }),
    route({
      ...base,
      method: 'GET',
      path: '/api/v1/queues',
      permission: 'queues:read',
      query: Type.Object({ subject: Type.Optional(Type.String({ maxLength: 255 })) }),
      handle: async ({ query }) => query,
    }),
    route({
      ...base,
      method: 'POST',
      path: '/api/v1/events',
      permission: 'events:write',
      rawBody: true,
      handle: async () => ({}),
    }),
    route({
      ...base,
      method: 'POST',
      path: '/api/v1/one',
      permission: 'queues:write',
      body: Type.Object({ a: Type.Optional(Type.Integer()), b: Type.Optional(Type.Integer()) }),
      handle: async () => {
        throw invalid({ path: '', message: 'needs exactly one of a and b' })
      },
    }),
  ])
})
after(() => app?.close())

type Inject = {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  url: string
  payload?: string
  more?: Record<string, string>
}

async function refused({ method, url, payload, more }: Inject) {
  const type = payload === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await app.inject({ method, url, payload, headers: { ...headers, ...type, ...more } })
  const { detail, errors = [] } = answer.json() as { detail: string; errors?: { path: string; message: string }[] }
  return { status: answer.statusCode, detail, paths: errors.map(({ path }) => path), headers: answer.headers }
}

test('a name that stands twice is refused by name, at any depth', async () => {
  const twice = await refused({ method: 'PUT', url: '/api/v1/queues/q', payload: '{"name":"a","name":"b"}' })
  assert.deepEqual([twice.status, twice.paths, twice.detail], [400, ['/name'], '/name: stands twice'])
  const deep = '{"name":"a","texts":{"es":"x","en":"y","es":"z"}}'
  assert.deepEqual((await refused({ method: 'PUT', url: '/api/v1/queues/q', payload: deep })).paths, ['/texts/es'])
})

test('what a schema cannot say is told together with what it says', async () => {
  const url = '/api/v1/colours/c'
  const both = await refused({ method: 'PUT', url, payload: '{"name":"grue","size":"big","more":1}' })
  assert.deepEqual([both.status, both.paths.sort()], [400, ['/more', '/name', '/size']])
  assert.deepEqual((await refused({ method: 'PUT', url, payload: '{"name":"grue","size":1}' })).paths, ['/name'])
  assert.deepEqual((await refused({ method: 'PUT', url, payload: '{"size":1}' })).paths, ['/name'])
})

test('characters that cannot be kept are named where they stand', async () => {
  for (const [text, path] of [
    ['{"name":"a\\u0000"}', '/name'],
    ['{"name":"a","texts":{"es":"\\ud800"}}', '/texts/es'],
  ] as const) {
    const { status, paths } = await refused({ method: 'PUT', url: '/api/v1/queues/q', payload: text })
    assert.deepEqual([status, paths], [400, [path]], text)
  }
  const query = await refused({ method: 'GET', url: '/api/v1/queues?subject=%00' })
  assert.deepEqual([query.status, query.paths], [400, ['/subject']])
  const id = await refused({ method: 'PUT', url: '/api/v1/queues/a%00b', payload: '{"name":"a"}' })
  assert.deepEqual([id.status, id.paths], [400, ['/id']])
})

test('what concerns the whole body is a sentence, and its path is the root', async () => {
  for (const [url, payload, detail] of [
    ['/api/v1/one', '{}', 'The body needs exactly one of a and b'],
    ['/api/v1/one', '[]', 'The body must be an object'],
    ['/api/v1/one', '', undefined],
    ['/api/v1/one', '{', undefined],
  ] as const) {
    const answer = await refused({ method: 'POST', url, payload })
    assert.deepEqual([answer.status, answer.paths], [400, ['']], payload)
    assert.match(answer.detail, /^The body [a-z]/)
    if (detail !== undefined) assert.equal(answer.detail, detail)
  }
})

test('a method that a path does not take is 405, whatever comes with it', async () => {
  for (const [type, payload] of [
    ['application/json', ''],
    ['application/json', '{'],
    ['application/json', '{}'],
    ['text/plain', 'x'],
    ['application/x-www-form-urlencoded', 'a=b'],
  ] as const) {
    const more = { 'content-type': type }
    const { status, headers: answered } = await refused({ method: 'DELETE', url: '/api/v1/queues', payload, more })
    assert.deepEqual([status, answered.allow], [405, 'GET'], `${type} ${payload}`)
    assert.equal((await refused({ method: 'DELETE', url: '/api/v1/nowhere', payload, more })).status, 404)
  }
})

test('a body that is coded is 415, and the answer says what is taken', async () => {
  for (const url of ['/api/v1/events', '/api/v1/one']) {
    for (const coding of ['gzip', 'br', 'identity, gzip', 'GZIP']) {
      const answer = await refused({ method: 'POST', url, payload: '{}', more: { 'content-encoding': coding } })
      assert.deepEqual([answer.status, answer.headers['accept-encoding']], [415, 'identity'], coding)
    }
  }
  const plain = await refused({
    method: 'POST',
    url: '/api/v1/one',
    payload: '{}',
    more: { 'content-encoding': 'identity' },
  })
  assert.equal(plain.status, 400)
})
