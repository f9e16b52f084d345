import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leavable } from './leavable.ts'

test('who leaves breaks off what was asked, and may ask again', async () => {
  const signals: AbortSignal[] = []
  const question = leavable(async (signal) => {
    signals.push(signal)
    return 'told'
  })
  question.leave()
  assert.equal(await question.ask(), 'told')
  assert.equal(signals[0]?.aborted, false)
  question.leave()
  assert.equal(signals[0]?.aborted, true)
  await question.ask()
  assert.equal(signals[1]?.aborted, false)
})

test('of two questions the earlier one is broken off', async () => {
  const signals: AbortSignal[] = []
  const question = leavable(async (signal) => void signals.push(signal))
  await question.ask()
  await question.ask()
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  )
})
