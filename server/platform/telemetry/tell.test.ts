import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from '#platform/telemetry/logger.ts'
import { LINES_PER_SECOND, tellerOf } from '#platform/telemetry/tell.ts'

test('of a flood a sample is written, and the next line says how many were left out', () => {
  const lines: { msg: string; eventId: string; omitted?: number; level: string }[] = []
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  let now = 0
  const tell = tellerOf(logger, () => now)
  for (let i = 0; i < 1_000; i++) tell('event taken', () => ({ tenantId: 'acme', eventId: String(i) }))
  assert.equal(lines.length, LINES_PER_SECOND)
  tell('encounter closed', () => ({ tenantId: 'acme', eventId: 'other' }))
  assert.deepEqual([lines.at(-1)?.msg, lines.at(-1)?.level], ['encounter closed', 'info'])
  now = 1_000
  tell('event taken', () => ({ tenantId: 'acme', eventId: 'later' }))
  assert.deepEqual([lines.at(-1)?.eventId, lines.at(-1)?.omitted], ['later', 1_000 - LINES_PER_SECOND])
  tell('event taken', () => ({ tenantId: 'acme', eventId: 'last' }))
  assert.equal(lines.at(-1)?.omitted, undefined)
  assert.equal(tellerOf(logger), tell, 'one for each log')
})

test('where the level is higher nothing is even gathered', () => {
  const logger = createLogger({ level: 'warn', destination: { write: () => assert.fail('a line was written') } })
  tellerOf(logger)('event taken', () => assert.fail('gathered'))
})
