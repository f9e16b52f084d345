import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { watchDisk } from '#platform/disk.ts'
import { memoryLogger } from '#platform/http/testing.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a disk that fills', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }))
  afterEach(() => mock.timers.reset())

  it('is known within seconds, and so is room that comes back; it is told once each', async () => {
    const { logger, lines } = memoryLogger()
    let free = 0.5
    const disk = watchDisk('/data', logger, async () => free)
    const seen: boolean[] = []
    for (free of [0.5, 0.049, 0.01, 0.05]) {
      mock.timers.tick(3_000)
      await turn()
      seen.push(disk.full())
    }
    assert.deepEqual(seen, [false, true, true, false])
    assert.deepEqual(
      lines.map(({ level, freePercent }) => [level, freePercent]),
      [
        [50, 4.9],
        [30, 5],
      ],
    )
    disk.stop()
  })

  it('that cannot be looked at refuses nothing', async () => {
    const { logger } = memoryLogger()
    const disk = watchDisk('/nowhere/at/all', logger)
    mock.timers.tick(3_000)
    await turn()
    assert.equal(disk.full(), false)
    disk.stop()
  })
})
