import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCel, holds } from '#flows/cel.ts'
import { dataOf, faults, read, ways } from '#flows/portable/testing.ts'
import type { Json } from '#platform/event.ts'

// Novu: on what a step is done, how long is waited, and what is gathered before.

const vip = { '==': [{ var: 'payload.vip' }, 'true'] }
const mail = (name: string, controls: object = {}, more: object = {}) => ({
  name,
  type: 'email',
  controlValues: { subject: 'S', body: 'B', ...controls },
  ...more,
})
const flow = (...steps: object[]) => read('novu', { name: 'N', workflowId: 'n', steps })

/** Whether a step with such a rule is done. */
const done = (rule: object, payload: Json, data: Json = {}) => {
  const { graph } = flow('filters' in rule ? mail('m', {}, rule) : mail('m', { skip: rule }))
  assert.deepEqual(faults(graph), [], JSON.stringify(rule))
  const { cases } = dataOf(graph, 'm-if') as { cases: { when: string }[] }
  const { cel } = compileCel(cases[0]?.when ?? '', 'condition')
  assert.ok(cel)
  return holds(cel, {
    ...{ now: new Date(0), last: null, encounter: null, queue: null, vars: {} },
    event: { data: payload },
    contact: { name: 'Ana', attributes: data },
  })
}

test('Novu: on what a step is done is a branch before it, and whom it leaves out goes on behind it', () => {
  const { graph, notes } = flow(
    mail('a'),
    mail('b', { skip: vip }),
    mail('c', { skip: vip }, { shouldStopOnFail: true }),
    mail('d'),
  )
  assert.deepEqual(ways(graph), [
    'a b-if',
    'b c-if',
    'b-if.else c-if',
    'b-if.holds b',
    'c-if.else d',
    'c-if.holds c',
    'c.sent d',
    'c.suppressed d',
    'start a',
  ])
  assert.deepEqual(faults(graph), [])
  assert.equal(notes.length, 1)
})

test('Novu: rules hold as they do there, also where a field is missing', () => {
  assert.deepEqual([true, 'true', false, null].map((said) => done(vip, { vip: said })).concat(done(vip, {})), [
    true,
    true,
    false,
    false,
    false,
  ])
  const all = {
    and: [
      { '!=': [{ var: 'subscriber.data.plan' }, 'free'] },
      { '>': [{ var: 'payload.n' }, '3'] },
      { '!': { startsWith: [{ var: 'payload.k' }, 'x'] } },
      { in: [{ var: 'payload.c' }, ['cl', 'pe']] },
    ],
  }
  assert.equal(done(all, { n: 4, c: 'cl' }), true)
  assert.equal(done(all, { n: 4, c: 'cl' }, { plan: 'free' }), false)
  assert.equal(done(all, { n: '10', c: 'pe', k: 'y' }, { plan: 'pro' }), true)
  assert.equal(done(all, { n: 'many', c: 'cl' }), false)
  assert.equal(done(all, { n: 4, c: 'ar' }), false)
  assert.equal(done(all, { n: 4, c: 'cl', k: 'xy' }), false)
  assert.equal(done({ '<=': [1, { var: 'payload.n' }, 5] }, { n: 3 }), true)
  assert.equal(done({ '<=': [1, { var: 'payload.n' }, 5] }, { n: 6 }), false)
  assert.equal(done({ '==': [{ var: 'payload.a.b' }, null] }, {}), true)
  assert.equal(done({ or: [{ '!=': [{ var: 'payload.a' }, null] }, vip] }, { a: 1 }), true)
})

test('Novu: filters of older templates are such a branch too', () => {
  const child = (on: string, field: string, operator: string, value?: string) => ({ on, field, operator, value })
  const filters = (value: string, ...children: object[]) => ({
    filters: [{ type: 'GROUP', value, isNegated: false, children }],
  })
  const both = filters('AND', child('subscriber', 'plan', 'EQUAL', 'pro'), child('payload', 'n', 'LARGER', '3'))
  assert.equal(done(both, { n: 4 }, { plan: 'pro' }), true)
  assert.equal(done(both, { n: 3 }, { plan: 'pro' }), false)
  const any = filters('OR', child('payload', 'a', 'IS_DEFINED'), child('payload', 'b', 'NOT_EQUAL', 'x'))
  assert.equal(done(any, { b: 'x' }), false)
  assert.equal(done(any, { b: 'x', a: null }), true)
})

test('Novu: what asks for something else stands before the step as it was, so that nobody gets what is not for them', () => {
  for (const more of [
    { controlValues: { skip: { '==': [{ var: 'steps.a.seen' }, 'false'] } } },
    { controlValues: { skip: { and: [vip, { in: ['a', { var: 'payload.tags' }] }] } } },
    { filters: [{ value: 'OR', children: [{ on: 'isOnline', value: true }] }] },
    { filters: [{ value: 'AND', isNegated: true, children: [{ on: 'payload', field: 'a', operator: 'IS_DEFINED' }] }] },
  ]) {
    const { graph, spanish } = flow({ name: 'Correo', type: 'push', ...more, template: { content: 'C' } })
    assert.deepEqual(ways(graph), ['correo-if correo', 'start correo-if'])
    assert.deepEqual([...new Set(faults(graph).map((fault) => fault.split(' ')[0]))], ['correo-if'])
    assert.match(spanish.join(), /Correo: sus condiciones preguntan lo que aquí nada conoce/)
  }
})

test('Novu: a digest that is the first step gathers what begins a run, for each person and each of its key', () => {
  const digest = (controls: object, more: object = {}) => ({
    ...{ name: 'D', stepId: 'd-1', type: 'digest' },
    controlValues: { type: 'regular', amount: 10, unit: 'minutes', ...controls },
    ...more,
  })
  const body = '{{steps.d-1.eventCount}} de {{payload.id}}'
  const { graph, notes } = flow(digest({ digestKey: 'payload.id' }), mail('m', { body }))
  assert.deepEqual(graph.settings, {
    key: 'string(event.data.contactId) + ":" + string(event.data.id)',
    batch: { size: 100, within: 'PT10M' },
  })
  assert.deepEqual(ways(graph), ['start m'])
  assert.equal(
    (dataOf(graph, 'm') as { content: { body: string } }).content.body,
    '{{vars.batch.size}} de {{event.data.id}}',
  )
  assert.deepEqual(faults(graph), [])
  assert.equal(notes.length, 2)
  const old = flow({
    template: { type: 'digest' },
    metadata: { type: 'regular', amount: 1, unit: 'hours', digestKey: 'customerId' },
  })
  assert.equal(old.graph.settings?.key, 'string(event.data.contactId) + ":" + string(event.data.customerId)')
  for (const steps of [
    [mail('m'), digest({})],
    [digest({}, { controlValues: { amount: 1, unit: 'hours', skip: vip } })],
    [digest({ type: 'timed', cron: '0 9 * * *' })],
    [digest({ backoff: true })],
    [digest({ lookBackWindow: { amount: 5, unit: 'minutes' } })],
    [digest({ unit: 'months' })],
  ]) {
    const { graph, spanish } = flow(...steps)
    assert.equal(graph.settings, undefined)
    assert.ok(graph.nodes.some(({ type }) => type === 'novu.digest'))
    assert.match(spanish.join(), /D: aquí los eventos se reúnen solo antes de que comience/)
  }
})

test('Novu: a delay until a moment of the payload is waited so, and older texts name the payload without saying so', () => {
  const { graph, notes } = read('novu', {
    name: 'Old',
    triggers: [{ identifier: 'old', variables: [{ name: 'x' }] }],
    steps: [
      { name: 'wait', template: { type: 'delay' }, metadata: { type: 'scheduled', delayPath: 'sendAt' } },
      {
        name: 'p',
        template: { type: 'push', title: 'T {{x}}', content: '{{ order.id }} {{subscriber.firstName}} {{{x}}}' },
      },
    ],
  })
  assert.deepEqual(dataOf(graph, 'wait'), { until: 'timestamp(event.data.sendAt)' })
  assert.ok(notes.some((note) => note.startsWith('wait: waits until the moment in event.data.sendAt')))
  assert.deepEqual(dataOf(graph, 'p')?.content, {
    title: 'T {{event.data.x}}',
    body: '{{ event.data.order.id }} {{contact.name}} {{{event.data.x}}}',
  })
  assert.equal(notes.filter((note) => note.startsWith('p: ')).length, 0)
})

test('Novu: a link that nothing here can open is left out and told of', () => {
  const linked = (url: string) => {
    const { graph, notes } = flow({
      ...{ name: 'i', type: 'in_app' },
      controlValues: { body: 'B', primaryAction: { redirect: { url } } },
    })
    return [dataOf(graph, 'i')?.deepLink, notes.length]
  }
  assert.deepEqual(linked('/p/{{payload.id}}'), [undefined, 2])
  assert.deepEqual(linked('p?a={{payload.id}}'), [undefined, 2])
  assert.deepEqual(linked('{{payload.url}}/x'), ['{{event.data.url}}/x', 1])
  assert.deepEqual(linked('https://x.example/{{payload.id}}'), ['https://x.example/{{event.data.id}}', 1])
  assert.deepEqual(linked('app://x'), ['app://x', 1])
})
