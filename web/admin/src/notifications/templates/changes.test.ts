import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedTexts } from './changes.ts'

const SAID = { title: 'Hola', body: 'Le esperamos', html: null }

test('a version says which texts it changed, though their titles are alike', () => {
  assert.deepEqual(changedTexts({ ...SAID, body: 'Vuelva' }, SAID), ['body'])
  assert.deepEqual(changedTexts({ title: null, body: 'Le esperamos', html: '<p>' }, SAID), ['title', 'html'])
  assert.deepEqual(changedTexts(SAID, SAID), [])
})
