import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { countedGauge } from '#platform/telemetry/counted-gauge.ts'

test('is counted when it is asked for, not at every scrape, and keeps the last count while the database is away', async () => {
  const registry = new Registry()
  let now = 0
  let counts = 0
  let stored: number | null = 3
  const count = async () => {
    counts++
    if (stored === null) throw new Error('the database is away')
    return stored
  }
  countedGauge(registry, { name: 'cauce_things', help: 'Things' }, count, () => now)
  const shown = async () => Number(/^cauce_things (\S+)$/m.exec(await registry.metrics())?.[1])
  assert.equal(await shown(), 3)
  stored = 5
  now = 9_000
  assert.equal(await shown(), 3)
  assert.equal(counts, 1)
  now = 11_000
  assert.equal(await shown(), 5)
  stored = null
  now = 30_000
  assert.equal(await shown(), 5)
})
