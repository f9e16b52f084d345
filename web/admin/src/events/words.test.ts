import assert from 'node:assert/strict'
import { it } from 'node:test'
import { builtInTypes } from '../../../../server/events/catalogue/built-in/index.ts'
import { eventWords } from './words.ts'

it('has words in both languages for every type that comes with the program', () => {
  for (const type of builtInTypes.keys())
    for (const language of ['es', 'en'] as const) assert.ok(eventWords(type, language), `${type} in ${language}`)
})

it('leaves types of others as they are', () => {
  assert.equal(eventWords('payment.received', 'es'), null)
  assert.equal(eventWords('constructor', 'es'), null)
})
