import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readNumber } from './number.ts'

const { vectors } = JSON.parse(
  readFileSync(new URL('./vectors/whatsapp-number-key.vectors.json', import.meta.url), 'utf8'),
) as { vectors: { input: string; key: string }[] }

describe('a WhatsApp number', () => {
  for (const { input, key } of vectors) {
    it(`${input} is ${key}`, () => assert.equal(readNumber(input)?.key, key))
  }

  it('is dialled as E.164, however it is written', () => {
    for (const input of [
      '+56 9 8765 4321',
      '56987654321',
      '0056987654321',
      '56987654321@c.us',
      '56987654321:7@s.whatsapp.net',
      '\u202a+56 9 8765 4321\u202c',
      '\u200e+56987654321',
      '+56 9 8765\u20114321',
      '+56\u00a09\u00a08765\u00a04321',
      '\uff0b56987654321',
      '(+56) 9 8765 4321',
      'tel:+56-9-8765-4321',
    ]) {
      assert.equal(readNumber(input)?.e164, '+56987654321', input)
    }
    assert.equal(readNumber('9 8765 4321', 'CL')?.e164, '+56987654321')
    assert.equal(readNumber('56987654321', 'CL')?.e164, '+56987654321')
    assert.equal(readNumber('+34 600 111 222', 'CL')?.e164, '+34600111222')
    assert.equal(readNumber('099 123 4567', 'EC')?.e164, '+593991234567')
  })

  it('is none when it is too short, a group, or no number', () => {
    for (const input of [
      '',
      '  ',
      '12',
      'maria',
      '120363@g.us',
      'a@s.whatsapp.net',
      '+',
      '9'.repeat(70),
      'call +56987654321',
      'tel:',
      'tel:+56987654321;ext=2',
      '\u200e',
    ]) {
      assert.equal(readNumber(input), null, input)
    }
  })

  it('is the same person in E.164 as it was', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{8,14}$/), (digits) => {
        const number = readNumber(digits)
        if (number !== null) assert.deepEqual(readNumber(number.e164), number)
      }),
    )
  })
})
