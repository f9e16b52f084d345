import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicUs } from './clock.ts'
import { Histogram } from './histogram.ts'

const PAGE = Buffer.alloc(8192, 1)
const PAGES = 1024

/** How long the disk under `folder` takes to make 8 KiB durable: no commit can be faster. */
export function diskSyncs(folder: string, count: number): Histogram {
  const file = join(folder, 'sync-probe')
  const times = new Histogram()
  const fd = openSync(file, 'w')
  try {
    // Like a log segment: written over, not extended.
    for (let i = 0; i < PAGES; i++) writeSync(fd, PAGE)
    fdatasyncSync(fd)
    for (let i = 0; i < count; i++) {
      const began = monotonicUs()
      writeSync(fd, PAGE, 0, PAGE.length, (i % PAGES) * PAGE.length)
      fdatasyncSync(fd)
      times.record(monotonicUs() - began)
    }
  } finally {
    closeSync(fd)
    rmSync(file, { force: true })
  }
  return times
}
