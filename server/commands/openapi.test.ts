import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { readEvents } from '#events/forms.ts'
import { eventBodies } from '#events/forms-schema.ts'
import { bodyValidator } from '#platform/http/schema.ts'
import { allRoutes, openapiText } from './openapi.ts'

type Operation = {
  operationId: string
  summary: string
  tags: string[]
  security?: unknown[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description?: string; $ref?: string; content?: Record<string, { schema: object }> }>
}

describe('the OpenAPI document', async () => {
  const document = JSON.parse(await openapiText()) as {
    tags: { name: string }[]
    paths: Record<string, Record<string, Operation>>
    components: { responses: Record<string, { content: object }>; securitySchemes: object; schemas: object }
  }
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: `${method.toUpperCase()} ${path}`, operation })),
  )

  it('is one, as the standard has it', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    assert.deepEqual(errors ?? [], [])
    assert.ok(valid)
  })

  it('describes the answer of every operation: its content with a schema, unless it has none', () => {
    const silent = operations.filter(({ operation: { responses } }) => {
      const well = Object.entries(responses).filter(([status]) => Number(status) < 400)
      return (
        well.length !== 1 ||
        well.some(([status, { description = '', content = {} }]) => {
          const schemas = Object.values(content).map(({ schema }) => schema)
          const hasContent = status !== '204' && status !== '303'
          return (
            description === '' ||
            hasContent !== schemas.length > 0 ||
            schemas.some((schema) => Object.keys(schema).length === 0)
          )
        })
      )
    })
    assert.deepEqual(
      silent.map(({ at }) => at),
      [],
    )
  })

  it('has a schema for each body, and for each of its refusals the one problem, or the page that people see', () => {
    for (const { at, operation } of operations) {
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
        assert.ok(Object.keys(schema).length > 0, `${at} ${type}`)
      }
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue
        if (answer.content?.['text/html'] !== undefined)
          assert.match(at, / \/r\/\{token\}/, 'only links of people lead to pages')
        else assert.equal(answer.$ref, `#/components/responses/Problem${status}`, at)
      }
    }
    for (const { content } of Object.values(document.components.responses)) {
      assert.deepEqual(content, { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } })
    }
  })

  it('names every operation once, under tags that it lists', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.deepEqual(ids, [...new Set(ids)])
    const tags = new Set(document.tags.map(({ name }) => name))
    for (const { at, operation } of operations) {
      assert.ok(operation.tags.length === 1 && tags.has(operation.tags[0] as string), at)
    }
    assert.deepEqual(Object.keys(document.components.securitySchemes), ['bearer', 'session'])
  })

  it('lists every route but the pages of the reference itself', async () => {
    const hidden = (await allRoutes()).filter((route) => route.hidden).map(({ path }) => path)
    assert.deepEqual(hidden.sort(), ['/', '/api/docs', '/api/openapi.json'])
    for (const at of ['GET /metrics', 'GET /r/{token}', 'POST /api/v1/events']) {
      assert.ok(
        operations.some((one) => one.at === at),
        at,
      )
    }
  })

  it('shows bodies of events that its own schemas take, and the door', () => {
    const context = {
      tenant: 'acme',
      now: 1_800_000_000_000,
      origin: 'rest',
      traceparent: null,
      defaultSource: 'cauce:events',
    }
    const forms = Object.entries(eventBodies).flatMap(([contentType, { schema, examples = {} }]) =>
      Object.entries(examples).map(([name, { value }]) => {
        const binary = name === 'binary'
        if (!binary) assert.equal(bodyValidator(schema)(value), null, name)
        const headers: Record<string, string> = binary
          ? { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'a.b' }
          : {}
        const drafts = readEvents({ contentType, headers, body: JSON.stringify(value) }, context)
        return `${name}: ${drafts.map(({ form }) => form).join()}`
      }),
    )
    assert.deepEqual(forms, [
      'flat: flat',
      'enterprise: enterprise',
      'binary: cloudevents',
      'structured: cloudevents',
      'batch: cloudevents,cloudevents',
    ])
  })
})
