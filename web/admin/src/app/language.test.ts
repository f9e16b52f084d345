import assert from 'node:assert/strict'
import { it } from 'node:test'
import { habitOf, initialLanguage } from './language.ts'

it('is what was chosen, else what the browser speaks, else Spanish', () => {
  assert.equal(initialLanguage('en', ['es-CL']), 'en')
  assert.equal(initialLanguage(null, ['fr', 'en-GB', 'es']), 'en')
  assert.equal(initialLanguage(null, ['es-MX', 'en']), 'es')
  assert.equal(initialLanguage('xx', ['de']), 'es')
})

it('is written in the habit of the reader where English has several', () => {
  assert.equal(habitOf('en', ['es-CL', 'en-GB', 'en-US']), 'en-GB')
  assert.equal(habitOf('en', ['en', 'es-MX']), 'en')
  assert.equal(habitOf('es', ['es-MX', 'en-GB']), 'es')
})
