import assert from 'node:assert/strict'
import { it } from 'node:test'
import { outcomeWords } from './outcome-words.ts'

it('says in the language of the reader what stopped a run, and leaves what the flow calls its ends', () => {
  assert.equal(outcomeWords('cancelled by encounter.resumed', 'es'), 'porque la persona vuelve')
  assert.equal(outcomeWords('cancelled by order.paid', 'en'), 'because “order.paid” comes')
  assert.equal(outcomeWords('cancelled by hand', 'es'), 'se detuvo a mano')
  assert.equal(outcomeWords('stopped by the publishing of version 3', 'es'), 'se detuvo al publicar la versión 3')
  for (const own of ['recuperada', 'constructor', 'cancelled by nobody in particular'])
    assert.equal(outcomeWords(own, 'es'), own)
})
