import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isolated, written } from './texts.ts'

it('a name that turns the direction of reading does so within itself', () => {
  for (const name of ['María', 'سارة', 'O’Higgins & Cía <b>']) assert.equal(isolated(name), name)
  assert.equal(isolated('\u202eairaM'), '\u2068\u202eairaM\u2069')
})

it('numbers in sentences are written as the reader writes them', () => {
  assert.deepEqual(written({ count: 12_345, name: '12345' }, 'es'), { count: '12.345', name: '12345' })
  assert.deepEqual(written({ count: 12_345 }, 'en'), { count: '12,345' })
})
