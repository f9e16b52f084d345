import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { looseText } from './loose-text.ts'

/** What is used of PostgreSQL's expressions means the same here. */
const finds = (typed: string, text: string) => new RegExp(looseText(typed)).test(text)

it('finds a text with or without accents, large or small', () => {
  for (const typed of ['maria', 'MARÍA', 'María r', 'ría  ro', 'Mari\u0301a'])
    assert.ok(finds(typed, 'Sra. María Rojas'), typed)
  assert.ok(finds('muñoz', 'MUNOZ'))
  assert.ok(finds('Núñez', 'Nun\u0303ez'))
  assert.ok(finds('ЖУК', 'жук'))
  assert.ok(!finds('maria', 'Marta'))
})

it('takes no character as a sign of its own language', () => {
  for (const typed of ['.', 'a.c', '[x]', '(', '\\', 'x*', '^', '$', '{1}', '|', '-', '%', '_', "'"]) {
    assert.ok(finds(typed, `what ${typed} is`), typed)
    assert.ok(!finds(typed, 'q'), typed)
  }
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (typed) => {
      fc.pre(/^[\x21-\x7e]+$/.test(typed))
      assert.ok(finds(typed, `<<${typed}>>`))
    }),
  )
})
