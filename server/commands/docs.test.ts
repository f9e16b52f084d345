import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { settingsPage } from './config.ts'
import { openapiText } from './openapi.ts'

const docs = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

describe('the written documents', () => {
  it('docs/openapi.json is what the routes say (node cauce.mjs openapi > docs/openapi.json)', async () => {
    assert.equal(await docs('openapi.json'), await openapiText())
  })

  it('docs/settings.md is what is declared (node cauce.mjs config --markdown > docs/settings.md)', async () => {
    assert.equal(await docs('settings.md'), settingsPage())
  })
})
