import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endingOut, endingsIn } from './endings.ts'
import type { Json } from './graph.ts'

test('what ends runs is read and kept as it was written', () => {
  const written: Json = [
    'encounter.closed',
    { event: 'contact.opted_out', samePerson: true },
    { event: 'encounter.message_sent', where: "last.data.from == 'agent'" },
  ]
  const read = endingsIn(written)
  assert.deepEqual(read[0], { event: 'encounter.closed', samePerson: false, where: '' })
  assert.deepEqual(
    read.map((one) => endingOut(one)),
    written,
  )
  assert.deepEqual(endingsIn(undefined), [])
})
