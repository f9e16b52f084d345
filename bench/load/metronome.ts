import { Worker } from 'node:worker_threads'

/**
 * Calls `beat` every `everyMs`, to a tenth of a millisecond: Node's own timers are up to 1 ms late, which is a
 * quarter of what is measured. A thread sleeps in the kernel and wakes the loop; nobody spins.
 */
export function startMetronome(everyMs: number, beat: () => void): () => void {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(SLEEPER, { eval: true, workerData: { everyMs, stop } })
  worker.on('message', beat)
  return () => {
    Atomics.store(stop, 0, 1)
    Atomics.notify(stop, 0)
  }
}

const SLEEPER = `
const { parentPort, workerData: { everyMs, stop } } = require('node:worker_threads')
let next = performance.now() + everyMs
while (Atomics.load(stop, 0) === 0) {
  const left = next - performance.now()
  if (left > 0) Atomics.wait(stop, 0, 0, left)
  next += everyMs
  parentPort.postMessage(0)
}`
