import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { bodyValidator, textValidator } from '#platform/http/schema.ts'
import { closed } from '#platform/schema/check.ts'
import { settingsPage } from './config.ts'
import { allRoutes, openapiText } from './openapi.ts'

const docs = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

describe('the written documents', () => {
  it('docs/openapi.json is what the routes say (node cauce.mjs openapi > docs/openapi.json)', async () => {
    assert.equal(await docs('openapi.json'), await openapiText())
  })

  it('docs/settings.md is what is declared (node cauce.mjs config --markdown > docs/settings.md)', async () => {
    assert.equal(await docs('settings.md'), settingsPage())
  })
})

/** Every part of a schema, with its place. */
function* partsOf(schema: unknown, at: string): Generator<[at: string, part: { [name: string]: unknown }]> {
  if (typeof schema !== 'object' || schema === null) return
  if (!Array.isArray(schema)) yield [at, schema as { [name: string]: unknown }]
  for (const [name, part] of Object.entries(schema)) yield* partsOf(part, `${at}/${name}`)
}

describe('the schemas of every route', () => {
  it('say in words what each pattern means: a fault quotes them, and nobody has to read a pattern', async () => {
    const wordless = (await allRoutes()).flatMap(({ method, path, params, query, body }) =>
      [...partsOf([params, query, body], `${method} ${path}`)]
        .filter(([, part]) => typeof part.pattern === 'string' && typeof part.description !== 'string')
        .map(([at]) => at),
    )
    assert.deepEqual(wordless, [])
  })

  it('are schemas, and can be compiled: a start compiles none, and a request would find it out', async () => {
    const dialect = new Ajv2020({ strict: false })
    for (const { method, path, params, query, body, answer } of await allRoutes()) {
      for (const schema of [params, query, body, answer]) {
        if (schema !== undefined) assert.ok(dialect.validateSchema(closed(schema) as object), `${method} ${path}`)
      }
      for (const schema of [params, query]) if (schema !== undefined) textValidator(schema)({})
      if (body !== undefined) bodyValidator(body)({})
    }
  })
})
