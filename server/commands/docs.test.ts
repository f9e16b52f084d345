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

describe('the schemas of every route', () => {
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
