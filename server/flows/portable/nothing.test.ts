import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absentIn, CelFault, compileCel, holds, resultOf, type Scope } from '#flows/cel.ts'
import { dataOf, faults, n8nStep, read } from '#flows/portable/testing.ts'
import type { Json } from '#platform/event.ts'

// What n8n takes a missing field and one that is null for, all comparisons of it; by its public source.

const scopeOf = (data: Json): Scope => ({
  event: { data },
  vars: {},
  now: new Date(0),
  last: null,
  contact: null,
  encounter: null,
  queue: null,
})

/** Whether a case of a branch holds: one that asks for what is missing does not. */
function goes(when: string, data: Json): boolean {
  const { cel, faults: wrong, doubts } = compileCel(when, 'condition')
  assert.ok(cel, `${when} ${JSON.stringify(wrong)}`)
  assert.deepEqual(doubts, [], when)
  try {
    return holds(cel, scopeOf(data))
  } catch (error) {
    assert.ok(error instanceof CelFault && absentIn(error) !== null, `${when}: ${String(error)}`)
    return false
  }
}

const asked = (parameters: object) => {
  const nodes = [n8nStep('in', 'webhook', { path: 'in' }), n8nStep('ask', 'if', parameters)]
  const { graph } = read('n8n', { nodes, connections: { in: { main: [[{ node: 'ask' }]] } } })
  const [{ when } = { when: '' }] = (dataOf(graph, 'ask') as { cases: { when: string }[] }).cases
  return when
}
const newer = (type: string, operation: string, rightValue: unknown, field = '$json.body.x') =>
  asked({
    conditions: {
      conditions: [{ leftValue: `={{ ${field} }}`, rightValue, operator: { type, operation } }],
      options: { caseSensitive: true, version: 2 },
    },
  })
const older = (type: string, operation: string, value2: unknown) =>
  asked({ conditions: { [type]: [{ value1: '={{$json["body"]["x"]}}', operation, value2 }] } })

/** Whether it holds of a missing field, of null, and of values. */
type Row = [type: string, operation: string, right: unknown, missing: boolean, isNull: boolean, of: [Json, boolean][]]

test('n8n: a comparison of a missing field, or of null, goes the way that it went there', () => {
  const rows: Row[] = [
    ['string', 'exists', '', false, false, [['', true]]],
    ['string', 'notExists', '', true, true, [['', false]]],
    [
      'string',
      'empty',
      '',
      true,
      true,
      [
        ['', true],
        ['Ana', false],
      ],
    ],
    [
      'string',
      'notEmpty',
      '',
      false,
      false,
      [
        ['', false],
        ['Ana', true],
      ],
    ],
    [
      'string',
      'equals',
      'Ana',
      false,
      false,
      [
        ['Ana', true],
        ['Eva', false],
      ],
    ],
    ['string', 'equals', '', true, true, [['Ana', false]]],
    [
      'string',
      'notEquals',
      'Ana',
      true,
      true,
      [
        ['Ana', false],
        ['Eva', true],
      ],
    ],
    [
      'string',
      'notEquals',
      '',
      false,
      false,
      [
        ['', false],
        ['Ana', true],
      ],
    ],
    [
      'string',
      'contains',
      'n',
      false,
      false,
      [
        ['Ana', true],
        ['Eva', false],
      ],
    ],
    [
      'string',
      'notContains',
      'n',
      true,
      true,
      [
        ['Ana', false],
        ['Eva', true],
      ],
    ],
    ['string', 'startsWith', 'A', false, false, [['Ana', true]]],
    ['string', 'notStartsWith', 'A', true, true, [['Ana', false]]],
    ['string', 'endsWith', 'a', false, false, [['Ana', true]]],
    ['string', 'notEndsWith', 'a', true, true, [['Ana', false]]],
    ['string', 'equals', '={{ $json.body.y }}', true, true, [['Ana', false]]],
    ['string', 'notEquals', '={{ $json.body.y }}', false, false, [['Ana', true]]],
    ['string', 'startsWith', '={{ $json.body.y }}', true, true, [['Ana', true]]],
    ['number', 'exists', 0, false, false, [[0, true]]],
    ['number', 'empty', 0, true, true, [[0, false]]],
    ['number', 'notEmpty', 0, false, false, [[0, true]]],
    [
      'number',
      'equals',
      '5',
      false,
      false,
      [
        [5, true],
        [4, false],
      ],
    ],
    [
      'number',
      'notEquals',
      5,
      true,
      true,
      [
        [5, false],
        [4, true],
      ],
    ],
    [
      'number',
      'gt',
      5,
      false,
      false,
      [
        [6, true],
        [5, false],
      ],
    ],
    ['number', 'gt', -5, false, true, [[-6, false]]],
    ['number', 'gte', 0, false, true, [[-1, false]]],
    [
      'number',
      'lt',
      5,
      false,
      true,
      [
        [4, true],
        [5, false],
      ],
    ],
    ['number', 'lt', -5, false, false, [[-6, true]]],
    ['number', 'lte', 0, false, true, [[1, false]]],
    [
      'number',
      'lt',
      '={{ $json.body.five }}',
      false,
      true,
      [
        [4, true],
        [5, false],
      ],
    ],
    [
      'boolean',
      'true',
      '',
      false,
      false,
      [
        [true, true],
        [false, false],
      ],
    ],
    [
      'boolean',
      'false',
      '',
      true,
      true,
      [
        [true, false],
        [false, true],
      ],
    ],
    ['boolean', 'equals', false, false, false, [[false, true]]],
    ['boolean', 'notEquals', true, true, true, [[true, false]]],
    ['boolean', 'empty', '', true, true, [[false, false]]],
    ['dateTime', 'empty', '', true, true, [['2027-01-01', false]]],
    ['dateTime', 'notEmpty', '', false, false, [['2027-01-01', true]]],
    [
      'dateTime',
      'notEquals',
      '2027-01-01',
      false,
      false,
      [
        ['2027-01-01', false],
        ['2027-01-02', true],
      ],
    ],
    ['array', 'exists', '', false, false, [[[], true]]],
    [
      'array',
      'empty',
      '',
      true,
      true,
      [
        [[], true],
        [[1], false],
      ],
    ],
    [
      'array',
      'notEmpty',
      '',
      false,
      false,
      [
        [[], false],
        [[1], true],
      ],
    ],
    [
      'array',
      'contains',
      'a',
      false,
      false,
      [
        [['a'], true],
        [['b'], false],
      ],
    ],
    [
      'array',
      'notContains',
      'a',
      true,
      true,
      [
        [['a'], false],
        [['b'], true],
      ],
    ],
    [
      'array',
      'lengthEquals',
      0,
      true,
      true,
      [
        [[], true],
        [[1], false],
      ],
    ],
    ['array', 'lengthLt', 1, true, true, [[[1], false]]],
    ['array', 'lengthGte', 1, false, false, [[[1], true]]],
    ['object', 'exists', '', false, false, [[{}, true]]],
    ['object', 'notExists', '', true, true, [[{}, false]]],
    [
      'object',
      'empty',
      '',
      true,
      true,
      [
        [{}, true],
        [{ a: 1 }, false],
      ],
    ],
    [
      'object',
      'notEmpty',
      '',
      false,
      false,
      [
        [{}, false],
        [{ a: 1 }, true],
      ],
    ],
  ]
  for (const [type, operation, right, missing, isNull, of] of rows) {
    const rest = { five: 5 }
    for (const field of ['$json.body.x', '$json.body.a.x', '$json.body["the x"]', '$json.body.list[0]']) {
      const when = newer(type, operation, right, field)
      const given = (x: Json): Json =>
        ({
          '$json.body.x': { x, ...rest },
          '$json.body.a.x': { a: { x }, ...rest },
          '$json.body["the x"]': { 'the x': x, ...rest },
          '$json.body.list[0]': { list: [x], ...rest },
        })[field] ?? null
      const said = `${type} ${operation} ${String(right)} of ${field}: ${when}`
      assert.equal(goes(when, rest), missing, `missing, ${said}`)
      assert.equal(goes(when, { a: {}, list: [], ...rest }), missing, `missing inside, ${said}`)
      assert.equal(goes(when, given(null)), isNull, `null, ${said}`)
      for (const [value, expected] of of)
        assert.equal(goes(when, given(value)), expected, `${JSON.stringify(value)}, ${said}`)
    }
  }
})

test('n8n: so it is of conditions of version 1, which take a missing number for 0', () => {
  const rows: Row[] = [
    [
      'string',
      'isEmpty',
      undefined,
      true,
      true,
      [
        ['', true],
        ['Ana', false],
      ],
    ],
    [
      'string',
      'isNotEmpty',
      undefined,
      false,
      false,
      [
        ['', false],
        ['Ana', true],
      ],
    ],
    ['string', 'notEqual', 'Lima', true, true, [['Lima', false]]],
    ['string', 'notContains', 'i', true, true, [['Lima', false]]],
    [
      'number',
      'smaller',
      5,
      true,
      true,
      [
        [4, true],
        [6, false],
      ],
    ],
    ['number', 'larger', 5, false, false, [[6, true]]],
    ['number', 'largerEqual', '={{$json.body.y}}', true, true, [[-1, false]]],
    ['number', 'isEmpty', undefined, true, true, [[0, false]]],
  ]
  for (const [type, operation, right, missing, isNull, of] of rows) {
    const when = older(type, operation, right)
    assert.equal(goes(when, {}), missing, when)
    assert.equal(goes(when, { x: null }), isNull, when)
    for (const [x, expected] of of) assert.equal(goes(when, { x }), expected, `${JSON.stringify(x)}: ${when}`)
  }
})

test('n8n: what is set of a missing field is null, or nothing in a text; of texts that would fail it is told', () => {
  const assignments = [
    { name: 'one', value: '={{ $json.body.first }}' },
    { name: 'all', value: '=Hola {{ $json.body.first }}!' },
    { name: 'deep', value: '={{ $json.body.list[1]["a b"].c }}' },
  ]
  const { graph, notes, spanish } = read('n8n', {
    nodes: [
      n8nStep('in', 'webhook', { path: 'in' }),
      n8nStep('set', 'set', { assignments: { assignments } }),
      n8nStep('call', 'httpRequest', { url: '=https://x.example/{{ $json.one }}' }),
    ],
    connections: { in: { main: [[{ node: 'set' }]] }, set: { main: [[{ node: 'call' }]] } },
  })
  assert.deepEqual(faults(graph), [])
  const { vars } = dataOf(graph, 'set') as { vars: { [name: string]: string } }
  const given = (data: Json) =>
    Object.values(vars).map((source) => {
      const { cel } = compileCel(source, 'value')
      assert.ok(cel)
      return resultOf(cel, scopeOf(data))
    })
  assert.deepEqual(given({}), [null, 'Hola !', null])
  assert.deepEqual(given({ first: null, list: null }), [null, 'Hola !', null])
  assert.deepEqual(given({ first: 'Ana', list: [0, { 'a b': { c: 7 } }] }), ['Ana', 'Hola Ana!', 7])
  assert.match(notes.join(), /here a text that names one fails \(call\): write `\| default: ""`/)
  assert.match(spanish.join(), /aquí un texto que lo nombra falla \(call\)/)
})
