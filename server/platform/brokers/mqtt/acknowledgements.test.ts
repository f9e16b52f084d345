import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { acknowledgements } from './acknowledgements.ts'

/** Packet ids in the PUBACKs of these bytes. */
const idsIn = (bytes: Buffer) =>
  Array.from({ length: bytes.length / 4 }, (_, i) => {
    assert.equal(bytes.readUInt16BE(i * 4), 0x4002)
    return bytes.readUInt16BE(i * 4 + 2)
  })

it('messages are acknowledged in the order in which they came, whatever the order in which they are done', async () => {
  const written: number[][] = []
  const acks = acknowledgements((bytes) => written.push(idsIn(bytes)))
  const [first, second, third, fourth] = [258, 2, 65_535, 7].map((id) => acks.expect(id))
  third?.()
  second?.()
  await setImmediate()
  assert.deepEqual(written, [])
  first?.()
  await setImmediate()
  assert.deepEqual(written, [[258, 2, 65_535]])
  fourth?.()
  await setImmediate()
  assert.deepEqual(written, [[258, 2, 65_535], [7]])
})
