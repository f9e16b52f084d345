import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { apiTypes, TYPES } from '../../api-types.mjs'

it('types of the API are those of docs/openapi.json: npm run types -w cauce-admin', async () => {
  assert.ok(readFileSync(TYPES, 'utf8') === (await apiTypes()), 'src/api/schema.d.ts is not what the document says')
})
