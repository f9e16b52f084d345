import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataOf } from '#events/index.ts'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import { Problem } from '#platform/problem.ts'
import { concerns, outcomeOf, readForRules } from './plan.ts'
import { type CompiledRule, compileRule, type RuleDefinition } from './rule.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')

const message = (topic: string, payload: string | Buffer, more: Partial<MqttMessage> = {}): MqttMessage => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retained: false,
  redelivered: false,
  packetId: 1,
  userProperties: new Map(),
  ...more,
})

function rule(definition: Partial<RuleDefinition>): CompiledRule {
  const made = compileRule({ id: 'r', name: 'Rule', enabled: true, topic: '#', ...definition })
  assert.ok(made.rule, JSON.stringify(made.faults))
  return made.rule
}

const outcome = (definition: Partial<RuleDefinition>, given: MqttMessage, protocol: '5' | '3.1.1' = '5') =>
  outcomeOf(rule(definition), readForRules(given, NOW), 'default', protocol)

describe('a rule', () => {
  it('sees topic, levels, payload and properties', () => {
    const read = readForRules(
      message('home/kitchen/t', '{"celsius":31.5}', { userProperties: new Map([['unit', 'c']]) }),
      NOW,
    )
    for (const where of [
      'payload.celsius > 30',
      'levels[1] == "kitchen" && size(levels) == 3',
      'topic.startsWith("home/")',
      'properties.unit == "c"',
      'now == timestamp("2026-03-02T12:00:00Z")',
    ]) {
      assert.equal(concerns(rule({ where, reply: '1' }), read), true, where)
    }
    // A member that is not there makes no condition true, and no message is refused for it.
    assert.equal(concerns(rule({ where: 'payload.missing > 1', reply: '1' }), read), false)
  })

  it('makes an event whose data is the payload as it came, digit by digit', () => {
    const { event } = outcome({ event: { type: '"sensor.measured"' } }, message('a/b', '{"n": 12345678901234567890}'))
    assert.equal(
      event?.raw('e1'),
      '{"specversion":"1.0","id":"e1","source":"cauce:mqtt:r","type":"sensor.measured","subject":"a/b","time":"2026-03-02T12:00:00.000Z","mqtttopic":"a/b","data":{"n": 12345678901234567890}}',
    )
    assert.equal(event?.id, null)
    assert.equal(event?.draft.origin, 'mqtt')
  })

  it('takes no number whose digits are lost for an id or a subject: a whole one has them all', () => {
    for (const member of ['id', 'subject']) {
      const event = { type: '"sensor.measured"', [member]: 'payload.n' }
      assert.ok(outcome({ event }, message('a', '{"n":9007199254740991}')).event)
      assert.ok(outcome({ event }, message('a', '{"n":9007199254740993}')).event)
      assert.throws(() => outcome({ event }, message('a', '{"n":9007199254740993.0}')), /so many digits/)
    }
  })

  it('maps type, subject, data and id', () => {
    const { event } = outcome(
      {
        event: {
          type: '"sensor." + levels[0]',
          subject: 'payload.encounterId',
          data: '{"t": payload.t, "encounterId": payload.encounterId}',
          id: 'payload.seq',
        },
      },
      message('hot/x', '{"t":1,"encounterId":"enc-1","seq":17}', { userProperties: new Map([['hops', '4']]) }),
    )
    assert.equal(event?.id, '17')
    assert.deepEqual(event?.draft.data, { t: 1, encounterId: 'enc-1' })
    const { type, subject, encounterId, hops } = event?.draft ?? {}
    assert.deepEqual([type, subject, encounterId, hops], ['sensor.hot', 'enc-1', 'enc-1', 4])
  })

  it('takes texts and bytes as they are', () => {
    const data = (payload: string | Buffer) =>
      JSON.parse(outcome({ event: { type: '"a.b"' } }, message('t', payload)).event?.raw('1') ?? '')
    assert.equal(data('on').data, 'on')
    assert.equal(data('').data, '')
    assert.equal(data(Buffer.from([0xff, 0])).data_base64, '/wA=')
    // The database keeps no NUL.
    assert.equal(data('a\u0000b').data_base64, 'YQBi')
  })

  it('says the same of its data as the text of its event', () => {
    for (const [payload, event] of [
      ['null', {}],
      ['{"a":1}', { data: 'null' }],
      ['{"a":1}', { data: 'payload.a' }],
      ['on', {}],
      ['a\u0000b', {}],
    ] as const) {
      const made = outcome({ event: { type: '"a.b"', ...event } }, message('t', payload)).event
      assert.deepEqual(made?.draft.data, dataOf('cloudevents', made?.raw('1') ?? ''))
    }
  })

  it('sends a message on as it came, with how far it has come', () => {
    const { republish } = outcome(
      { republish: { topic: '"copy/" + topic' } },
      message('a', 'x', {
        contentType: 'text/plain',
        responseTopic: 'back',
        correlationData: Buffer.from('c'),
        userProperties: new Map([
          ['k', 'v'],
          ['hops', '2'],
        ]),
      }),
    )
    assert.deepEqual(republish, {
      message: {
        topic: 'copy/a',
        payload: Buffer.from('x'),
        retain: false,
        contentType: 'text/plain',
        responseTopic: 'back',
        correlationData: Buffer.from('c'),
        userProperties: { k: 'v', hops: '3' },
      },
      counted: true,
    })
  })

  it('goes on with the payload as it came also where it names it', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00])
    for (const payload of [bytes, '[9007199254740993, 1.50]', '"a text"']) {
      const made = outcome(
        { event: { type: '"a.b"', data: 'payload' }, republish: { topic: '"b"', payload: ' payload ' } },
        message('a', payload),
      )
      assert.deepEqual(made.republish?.message.payload, Buffer.from(payload))
      const said = payload === bytes ? '"data_base64":"//4A"' : `"data":${payload}`
      assert.ok(made.event?.raw('1').includes(said), made.event?.raw('1'))
    }
  })

  it('counts inside the payload over 3.1.1, and says where it cannot', () => {
    const on = (payload: string, republish: RuleDefinition['republish'] = { topic: '"b"' }) => {
      const sent = outcome({ republish }, message('a', payload), '3.1.1').republish
      return [sent?.message.payload.toString(), sent?.counted]
    }
    assert.deepEqual(on('{"a":1.0,"hops":2}'), ['{"a":1.0,"hops":3}', true])
    assert.deepEqual(on('{"a":1}', { topic: '"b"', payload: '{"b": payload.a}' }), ['{"b":1,"hops":1}', true])
    assert.deepEqual(on('on'), ['on', false])
    assert.deepEqual(on('[1]'), ['[1]', false])
  })

  it('refuses the message for which it gives nothing of use, naming the member', () => {
    const bad: [Partial<RuleDefinition>, RegExp][] = [
      [{ event: { type: 'payload.type' } }, /event\/type: No such key/],
      [{ event: { type: '"a.*"' } }, /event\/type: must not hold/],
      [{ event: { type: '"a.b"', subject: '""' } }, /event\/subject: must not be empty/],
      [{ event: { type: '"a.b"', id: 'payload.list' } }, /event\/id: must be a string/],
      [{ republish: { topic: '"a/#"' } }, /republish\/topic: must not hold/],
      [{ reply: 'payload.list[5]' }, /reply/],
    ]
    for (const [definition, why] of bad) {
      assert.throws(
        () => outcome(definition, message('t', '{"list":[]}')),
        (error) => {
          assert.ok(error instanceof Problem)
          assert.equal(error.status, 400)
          assert.match(error.message, why)
          return true
        },
      )
    }
  })

  it('is refused when it is written with every fault at its place', () => {
    const made = compileRule({
      id: 'r',
      name: 'Bad',
      enabled: true,
      topic: 'a/#/b',
      where: 'payload',
      event: { type: '1', subject: 'nobody.knows', data: 'payload.matches("x")' },
      republish: { topic: '"' },
    })
    assert.deepEqual(
      made.faults?.map(({ path }) => path),
      ['/topic', '/event/type', '/event/subject', '/event/data', '/republish/topic'],
    )
    const nothing = compileRule({ id: 'r', name: 'Nothing', enabled: true, topic: 'a' })
    assert.deepEqual(
      nothing.faults?.map(({ path }) => path),
      ['/event'],
    )
  })

  it('is followed if it was stored before its fault was seen, and refused when it is written', () => {
    const where = 'payload > 3 || now > timestamp("2026-13-01T00:00:00Z")'
    const made = compileRule({ id: 'r', name: 'Older', enabled: true, topic: 'a', where, reply: 'payload' })
    assert.ok(made.rule)
    assert.deepEqual(
      made.faults.map(({ path }) => path),
      ['/where'],
    )
  })
})
