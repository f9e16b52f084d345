import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { testDatabase } from '#platform/testing.ts'
import { testProgram } from './testing.ts'

test('a database whose time once went faster is told of at each start with the real time, since it stays ahead', async () => {
  const { url, drop } = await testDatabase()
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  const opened = async (scale: number) => {
    lines.length = 0
    await (await testProgram([], { url, logger, scale })).close()
    return lines.filter((line) => line.includes('CAUCE_TIME_SCALE')).map((line) => JSON.parse(line).aheadMinutes > 0)
  }
  try {
    assert.deepEqual(await opened(1), [])
    assert.deepEqual(await opened(1_000_000), [])
    assert.deepEqual(await opened(1), [true])
    assert.deepEqual(await opened(1), [true])
  } finally {
    await drop()
  }
})
