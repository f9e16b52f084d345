import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const STOP_SIGNAL = fileURLToPath(new URL('./stop-signal.ts', import.meta.url))
const SIGNALS = fileURLToPath(new URL('../../setup/signals.mjs', import.meta.url))

/** Runs a program that stops in order, and in which something happens as soon as it begins to. */
async function stopped(
  whenAsked: string,
  begins = '',
): Promise<{ code: number | null; signal: string | null; said: string }> {
  const program = `
    import { setTimeout as pause } from 'node:timers/promises'
    import { endAfter, stopSignal, untilStopped } from ${JSON.stringify(STOP_SIGNAL)}
    import { takeRepeatsAsOne } from ${JSON.stringify(SIGNALS)}
    takeRepeatsAsOne()
    const stopping = stopSignal(${begins})
    stopping.addEventListener('abort', () => { ${whenAsked} })
    setImmediate(() => process.kill(process.pid, 'SIGINT'))
    await Promise.all([untilStopped(stopping), pause(10)])
    await pause(1_000)
    console.log('stopped in order')`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (data) => (said += data))
  const [code, signal] = await once(child, 'close')
  return { code, signal, said }
}

test('the other signals of a Ctrl-C, which come while the first is being heard, do not end the stop', async () => {
  const again = "process.kill(process.pid, 'SIGINT'); process.kill(process.pid, 'SIGTERM')"
  assert.deepEqual(await stopped(again), { code: 0, signal: null, said: 'stopped in order\n' })
})

test('a second wish ends the process at once, or as the program says', async () => {
  const later = "setTimeout(() => process.kill(process.pid, 'SIGINT'), 600)"
  assert.deepEqual(await stopped(later), { code: 1, signal: null, said: '' })
  assert.deepEqual(await stopped(later, '() => process.exit(7)'), { code: 7, signal: null, said: '' })
})

test('a second wish waits for what must not stay behind, also when that fails', async () => {
  const later = "setTimeout(() => process.kill(process.pid, 'SIGINT'), 600)"
  const cleaned = "endAfter(async () => { await pause(50); console.log('cleaned'); throw new Error('no') })"
  assert.deepEqual(await stopped(later, cleaned), { code: 1, signal: null, said: 'cleaned\n' })
  assert.deepEqual(await stopped(later, 'endAfter(() => undefined)'), { code: 1, signal: null, said: '' })
})

test('who presses Ctrl-C again and again is heard, however quickly', async () => {
  const hammered = "setInterval(() => process.kill(process.pid, 'SIGINT'), 200)"
  assert.deepEqual(await stopped(hammered), { code: 1, signal: null, said: '' })
})
