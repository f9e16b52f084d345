import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isLocale, localeName } from './locale-name.ts'

it('names what a text is written in, and leaves alone what is no locale', () => {
  assert.equal(localeName('pt', 'es'), 'portugués')
  assert.equal(localeName('pt_BR', 'en'), 'Brazilian Portuguese')
  for (const other of ['no such one', '', 'e']) assert.equal(localeName(other, 'en'), other)
})

it('knows codes of languages', () => {
  assert.ok(isLocale('es-CL') && isLocale('pt') && !isLocale('español') && !isLocale(''))
})
