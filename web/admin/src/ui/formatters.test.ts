import assert from 'node:assert/strict'
import { it } from 'node:test'
import { dateFormat, languageNames, listFormat, numberFormat } from './formatters.ts'

it('makes each formatter once', () => {
  assert.equal(numberFormat('es', { style: 'percent' }), numberFormat('es', { style: 'percent' }))
  assert.equal(dateFormat('en', { dateStyle: 'long' }), dateFormat('en', { dateStyle: 'long' }))
  assert.equal(listFormat('es'), listFormat('es'))
})

it('keeps languages, options and kinds apart', () => {
  assert.notEqual(numberFormat('es'), numberFormat('en'))
  assert.equal(numberFormat('es').format(1_234.5), '1234,5')
  assert.equal(numberFormat('en').format(1_234.5), '1,234.5')
  assert.equal(numberFormat('en', { style: 'percent' }).format(0.5), '50%')
  assert.equal(languageNames('es').of('en'), 'inglés')
})
