import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { Registry } from 'prom-client'
import { landingPage } from '#platform/http/landing-page.ts'
import { openapi } from '#platform/http/openapi.ts'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import { exampleOf } from '#platform/http/reference-page.ts'
import { route } from '#platform/http/route.ts'
import { bodyValidator } from '#platform/http/schema.ts'
import { fieldLines } from '#platform/http/schema-text.ts'
import { testServer } from '#platform/http/testing.ts'

const Thing = Type.Object({
  name: Type.String({ examples: ['<b>Ana</b>'] }),
  at: Type.String({ format: 'date-time' }),
  kind: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  parts: Type.Array(Type.Object({ n: Type.Integer({ minimum: 3 }) }), { minItems: 1 }),
})

const things = route({
  method: 'POST',
  path: '/api/v1/things/:id',
  permission: 'queues:write',
  tag: 'Things',
  summary: 'Change <a> thing',
  idempotent: true,
  status: 201,
  params: Type.Object({ id: Type.String() }),
  query: Type.Object({ dry: Type.Optional(Type.Boolean({ description: 'Change nothing' })) }),
  body: Thing,
  answer: Thing,
  handle: async ({ body }) => body,
})

const all = (checks: Record<string, () => Promise<string | undefined>> = {}) => {
  const registry = new Registry()
  return [things, ...platformRoutes({ version: '1.2.3', metrics: registry, checks, routes: [things] })]
}

test('the document says what the route says', () => {
  const document = openapi([things], '1.2.3') as {
    openapi: string
    paths: Record<
      string,
      Record<
        string,
        {
          security?: unknown
          responses: object
          parameters: { name: string; in: string }[]
          requestBody: { content: Record<string, { schema: { additionalProperties: boolean } }> }
        }
      >
    >
  }
  assert.equal(document.openapi, '3.1.0')
  const post = document.paths['/api/v1/things/{id}']?.post
  assert.ok(post)
  assert.deepEqual(
    post.parameters.map(({ name, in: where }) => `${where} ${name}`),
    ['path id', 'query dry', 'header Idempotency-Key'],
  )
  assert.deepEqual(Object.keys(post.responses), [
    '201',
    '400',
    '401',
    '403',
    '404',
    '409',
    '413',
    '415',
    '422',
    '429',
    '500',
    '503',
  ])
  assert.equal(post.requestBody.content['application/json']?.schema.additionalProperties, false)
})

test('every reference of the document leads somewhere', () => {
  const document = openapi(all(), '1.2.3')
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path as string)
  assert.ok(refs.length > 0)
  for (const ref of refs) {
    const found = ref
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
    assert.ok(found !== undefined, ref)
  }
})

test('an example of a schema is one that the schema takes', () => {
  assert.equal(bodyValidator(Thing)(exampleOf(Thing)), null)
})

test('the fields of a schema are told in words, parts below their whole', () => {
  const lines = fieldLines(Thing).map(({ name, kind, required }) => `${name}: ${kind}${required ? '' : ' (optional)'}`)
  assert.deepEqual(lines, [
    'name: string',
    'at: string, date-time',
    'kind: "a" or "b"',
    'parts: list of object',
    'parts[].n: integer from 3',
  ])
})

test('the pages load nothing, run nothing, and their style is the one that the policy names', async () => {
  const app = await testServer(all())
  for (const url of ['/', '/api/docs']) {
    const { body, headers, statusCode } = await app.inject({ url })
    assert.equal(statusCode, 200)
    assert.match(String(headers['content-type']), /^text\/html/)
    const policy = String(headers['content-security-policy'])
    assert.ok(!policy.includes('unsafe'))
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? ''
    assert.ok(policy.includes(`'sha256-${hash('sha256', style, 'base64')}'`))
    assert.ok(!/<script|\sstyle=|\son\w+=|src=|https?:\/\//i.test(body.replaceAll('http://www.w3.org', '')), url)
    assert.ok(!body.includes('<b>Ana</b>') && !body.includes('<a> thing'), 'texts are escaped')
  }
  await app.close()
})

test('the landing page speaks the language of its reader, Spanish when in doubt', () => {
  assert.match(landingPage(undefined, '1'), /lang="es"[\s\S]*en marcha/)
  assert.match(landingPage('en-GB,en;q=0.9', '1'), /lang="en"[\s\S]*is running/)
})

test('health is alive, readiness tells the state of each thing', async () => {
  const app = await testServer(
    all({
      database: async () => undefined,
      broker: () => Promise.reject(new Error('refused')),
      bus: async () => 'none',
    }),
  )
  assert.deepEqual((await app.inject({ url: '/health' })).json(), { status: 'ok' })
  const ready = await app.inject({ url: '/ready' })
  assert.equal(ready.statusCode, 503)
  assert.deepEqual(ready.json(), {
    status: 'failed',
    checks: {
      database: { state: 'ok' },
      broker: { state: 'failed', detail: 'refused' },
      bus: { state: 'ok', detail: 'none' },
    },
  })
  await app.close()
  const well = await testServer(all({ database: async () => undefined }))
  assert.equal((await well.inject({ url: '/ready' })).statusCode, 200)
  assert.equal((await well.inject({ url: '/metrics' })).statusCode, 401)
  assert.equal(
    (await well.inject({ url: '/metrics', headers: { authorization: 'Bearer a:metrics.read' } })).statusCode,
    200,
  )
  assert.equal((await well.inject({ url: '/api/openapi.json' })).json().info.version, '1.2.3')
  await well.close()
})
