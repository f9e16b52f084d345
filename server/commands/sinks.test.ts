import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTransport } from 'nodemailer'
import { sinkPorts } from './sinks.ts'

const ENTRY = fileURLToPath(new URL('../../cauce.mjs', import.meta.url))

test('ports are chosen by name; what is not understood is no start', () => {
  assert.deepEqual(sinkPorts([]), { webhook: 9090, push: 9091, mail: 9025 })
  assert.deepEqual(sinkPorts(['--mail=0', '--push=81']), { webhook: 9090, push: 81, mail: 0 })
  for (const word of ['--push', '--push=x', '--push=70000', '--sms=1', 'push=1']) assert.equal(sinkPorts([word]), null)
})

/** Resolves with what a process has said once it fits. */
function says(child: ChildProcess, fits: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let said = ''
    const look = (data: Buffer) => {
      said += data
      const found = fits.exec(said)
      if (found !== null) resolve(found)
    }
    child.stdout?.on('data', look)
    child.once('exit', () => reject(new Error(`it ended having said\n${said}`)))
  })
}

test('the receivers tell where they are, show what comes, and stop when told', async () => {
  const child = spawn(process.execPath, [ENTRY, 'sinks', '--webhook=0', '--push=0', '--mail=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [, hook, push, mail] = await says(
      child,
      /Webhooks +(\S+)\/…[\s\S]*Push +(\S+)[\s\S]*E-mail +(\S+)[\s\S]*npm start/,
    )
    const post = (url: string, body: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const shown = says(child, /^webhook \/a\/b \{"n": 1\}\npush \{"to":"d".*"body":"Hola".*\}\nmail (\{.*\})$/m)
    assert.equal((await post(`${hook}/a/b`, '{"n": 1}')).status, 200)
    assert.equal((await post(`${push}/api/v1/push`, '{"to":"d","body":"Hola"}')).status, 202)
    const transport = createTransport({ url: mail })
    await transport.sendMail({ from: 'a@b.cl', to: 'c@d.cl', subject: 'Año', text: 'Vea https://c.example/r/x?a=1' })
    transport.close()
    assert.deepEqual(JSON.parse((await shown)[1] as string), {
      to: 'c@d.cl',
      subject: 'Año',
      text: 'Vea https://c.example/r/x?a=1',
    })
  } finally {
    child.kill('SIGTERM')
  }
  const [code] = await new Promise<[number | null]>((resolve) => child.once('exit', (code) => resolve([code])))
  assert.equal(code, 0)
})
