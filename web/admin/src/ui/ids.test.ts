import assert from 'node:assert/strict'
import { it } from 'node:test'
import { idFrom } from './ids.ts'

it('makes an identifier of a name', () => {
  assert.equal(idFrom('Coach de salud'), 'coach-de-salud')
  assert.equal(idFrom(' ¿Ñandú & Cía.? '), 'nandu-cia')
  assert.equal(idFrom('¡!'), '')
  assert.equal(idFrom(`${'a'.repeat(59)} b`), 'a'.repeat(59))
})
