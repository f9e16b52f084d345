import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isolated } from './texts.ts'

it('a name that turns the direction of reading does so within itself', () => {
  for (const name of ['María', 'سارة', 'O’Higgins & Cía <b>']) assert.equal(isolated(name), name)
  assert.equal(isolated('\u202eairaM'), '\u2068\u202eairaM\u2069')
})
