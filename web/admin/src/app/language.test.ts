import assert from 'node:assert/strict'
import { it } from 'node:test'
import { initialLanguage } from './language.ts'

it('is what was chosen, else what the browser speaks, else Spanish', () => {
  assert.equal(initialLanguage('en', ['es-CL']), 'en')
  assert.equal(initialLanguage(null, ['fr', 'en-GB', 'es']), 'en')
  assert.equal(initialLanguage(null, ['es-MX', 'en']), 'es')
  assert.equal(initialLanguage('xx', ['de']), 'es')
})
