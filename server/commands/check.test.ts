import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'

const CAUCE = fileURLToPath(new URL('../../cauce.mjs', import.meta.url))

type Ended = { code: number | null; out: string; err: string }

function run(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CAUCE, 'check', ...args], {
      env: { ...process.env, MQTT_HOST: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

describe('check mqtt', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  const at = (port: number) => ({ MQTT_HOST: '127.0.0.1', MQTT_PORT: String(port) })
  before(async () => {
    broker = await startMosquitto({
      config: 'allow_anonymous true\nacl_file {dir}/acl',
      files: { acl: 'topic readwrite open/#\ntopic write deaf\n' },
    })
  })
  after(() => broker?.close())

  it('tells how many of the messages came, and how fast', async () => {
    const { code, out } = await run(['mqtt', '--messages', '30', '--topic', 'open/x'], at(broker.port))
    assert.equal(code, 0, out)
    assert.match(out, /^MQTT 5 at 127\.0\.0\.1:\d+, topic open\/x$/m)
    for (const line of [/sent +30$/m, /received +30$/m, /doubled +0$/m, /p50 +\d+\.\d\d ms$/m, /p95 +\d+\.\d\d ms$/m]) {
      assert.match(out, line)
    }
  })

  it('fails when messages do not come, or the broker does not let us', async () => {
    const deaf = await run(['mqtt', '--messages', '3', '--topic', 'deaf', '--wait', '0.3'], at(broker.port))
    assert.equal(deaf.code, 1)
    assert.match(deaf.out, /received +0[\s\S]*May this user/)
    const refused = await run(['mqtt', '--topic', 'closed'], at(broker.port))
    assert.deepEqual([refused.code, /to closed: not authorised \(135\)/.test(refused.err)], [1, true], refused.err)
    const none = await run(['mqtt'], {})
    assert.deepEqual([none.code, /Set MQTT_HOST/.test(none.err)], [1, true])
  })

  it('ends as soon as all came', async () => {
    const began = performance.now()
    const { code } = await run(['mqtt', '--messages', '3', '--topic', 'open/x', '--wait', '60'], at(broker.port))
    assert.equal(code, 0)
    assert.ok(performance.now() - began < 30_000, 'it waited for nothing more')
  })

  it('says what is wrong, and how it is used, when it is used wrongly', async () => {
    const wrong: [string[], RegExp][] = [
      [['mqtt', '--messages', '0'], /--messages is a whole number from 1 to 100000, not "0"/],
      [['mqtt', '--topic', 'a/#'], /--topic must not hold \+ or #: "a\/#"/],
      [['mqtt', '--wait', 'x'], /--wait is a number of seconds up to 600, not "x"/],
      [['rabbit'], /there is no check of "rabbit"/],
      [['mqtt', 'twice'], /"twice" is not understood/],
      [['mqtt', '--more'], /unknown option '--more'\.\n/],
    ]
    for (const [args, said] of wrong) {
      const { code, err } = await run(args, at(broker.port))
      assert.equal(code, 2, args.join(' '))
      assert.match(err, said)
      assert.match(err, /^Usage: cauce check mqtt/m)
    }
  })

  it('says how it is used when it is asked', async () => {
    const { code, out } = await run(['mqtt', '--help'], {})
    assert.equal(code, 0)
    assert.match(out, /^Usage: cauce check mqtt/)
  })
})
