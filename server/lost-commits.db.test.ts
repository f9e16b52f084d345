import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { testDatabase } from '#platform/testing.ts'
import { testProgram } from './testing.ts'

test('a database that does not wait for its disk is told of at the start', async () => {
  const { url, drop } = await testDatabase()
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  const opened = async (setting: string) => {
    lines.length = 0
    const given = new URL(url)
    given.searchParams.set('options', `-c synchronous_commit=${setting}`)
    await (await testProgram([], { url: given.href, logger })).close()
    return lines.filter((line) => line.includes('synchronous_commit=off')).length
  }
  try {
    assert.equal(await opened('off'), 1)
    assert.equal(await opened('on'), 0)
  } finally {
    await drop()
  }
})
