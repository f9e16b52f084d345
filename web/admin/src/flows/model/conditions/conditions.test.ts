import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compileCel } from '../../../../../../server/flows/cel.ts'
import { EMPTY_RULE, type Group, OPERATORS, type Operator, type Part, type Rule, type Value } from './condition.ts'
import { operatorsFor } from './fields.ts'
import { conditionOf } from './read.ts'
import { withOperator } from './with-operator.ts'
import { conditionWords } from './words.ts'
import { celOf } from './write.ts'

const fields = fc.constantFrom('event.data.amount', 'queue.continuity', 'encounter.tags', 'last.data.to', 'vars.x_1')
const text: fc.Arbitrary<Value> = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((said) => ({ kind: 'text', text: said }))
const number: fc.Arbitrary<Value> = fc
  .oneof(
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 8),
  )
  .map((given) => ({ kind: 'number', number: given === 0 ? 0 : given }))
const yes: fc.Arbitrary<Value> = fc.boolean().map((given) => ({ kind: 'yes', yes: given }))
const VALUES: { [needs: string]: fc.Arbitrary<Value> } = {
  value: fc.oneof(text, number, yes),
  number,
  text,
  list: fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }).map((items) => ({ kind: 'list', items })),
  span: fc.tuple(fc.nat(999), fc.constantFrom('h', 'm', 's')).map(([count, unit]) => ({ kind: 'span', count, unit })),
}
const rule: fc.Arbitrary<Rule> = fc
  .tuple(fields, fc.constantFrom(...(Object.keys(OPERATORS) as Operator[])))
  .chain(([field, operator]) => {
    const needs = OPERATORS[operator]
    if (needs === 'nothing') return fc.constant({ field, operator })
    return (VALUES[needs] as fc.Arbitrary<Value>).map((value) => ({ field, operator, value }))
  })
const PLAIN = { noNullPrototype: true }
const join = fc.constantFrom('all' as const, 'any' as const)
const { part } = fc.letrec<{ part: Part; group: Group }>((tie) => ({
  part: fc.oneof({ depthSize: 'small', maxDepth: 3 }, rule, tie('group')),
  group: fc.record({ join, parts: fc.array(tie('part'), { minLength: 2, maxLength: 4 }) }, PLAIN),
}))
const condition: fc.Arbitrary<Group> = fc.oneof(
  rule.map((one): Group => ({ join: 'all', parts: [one] })),
  fc.record({ join, parts: fc.array(part, { minLength: 2, maxLength: 4 }) }, PLAIN),
)

describe('conditions', () => {
  it('are read back as they were written', () => {
    fc.assert(fc.property(condition, (given) => assert.deepEqual(conditionOf(celOf(given)), given)))
  })

  it('are CEL that the program takes', () => {
    fc.assert(
      fc.property(condition, (given) => {
        // What stands for a yes or no, and is none, is for the author to mend.
        const { faults = [] } = compileCel(celOf(given), 'condition')
        for (const { en } of faults) assert.doesNotMatch(en, /unexpected|expected|syntax|token/i, celOf(given))
      }),
    )
  })

  it('keep a part for which nothing is chosen yet, as what the program finds fault with', () => {
    const half: Group = { join: 'all', parts: [{ field: 'queue.continuity', operator: 'holds' }, EMPTY_RULE] }
    assert.deepEqual(conditionOf(celOf(half)), half)
    assert.equal(conditionWords(celOf(half), 'es'), 'la cola tiene continuidad y falta decir qué se mira')
    assert.deepEqual(
      compileCel(celOf(half), 'condition').faults?.map(({ es }) => es),
      ['a una comparación le falta qué se mira (carácter 21)'],
    )
  })

  it('are read from what people wrote by hand, in either kind of quotes', () => {
    assert.deepEqual(conditionOf(`queue.continuity && (encounter == null || encounter.status != "closed")`), {
      join: 'all',
      parts: [
        { field: 'queue.continuity', operator: 'holds' },
        {
          join: 'any',
          parts: [
            { field: 'encounter', operator: 'unknown' },
            { field: 'encounter.status', operator: 'isNot', value: { kind: 'text', text: 'closed' } },
          ],
        },
      ],
    })
    assert.deepEqual(conditionOf('  '), { join: 'all', parts: [] })
  })

  it('stay as they are written where they say more than the builder can', () => {
    const more = [
      "event.data.tags.exists(t, t.startsWith('pago'))",
      "now.getHours('America/Santiago') < 12",
      'event.data.a + 1 > 2',
      'size(vars.x) > 1',
      "has(event.data.title) ? event.data.title : 'sin título'",
      '(a && b',
      'queue.continuity &&',
      'other.thing == 1',
      "vars['a b'] == 1",
      '!(queue.continuity && vars.x)',
      '!event.data.x == 1',
      "'unfinished",
      "event.data.x == '\\q'",
      'event.data.x > 9007199254740993',
      'event.data.x == 1.50',
    ]
    for (const source of more) assert.equal(conditionOf(source), null, source)
  })

  it('are said in words', () => {
    const said = conditionWords("queue.continuity && (event.data.amount >= 50000 || encounter.status == 'open')", 'es')
    assert.equal(
      said,
      'la cola tiene continuidad y («amount» del evento es al menos 50.000 o el estado de la conversación es abierta)',
    )
    assert.equal(
      conditionWords("contact.locale in ['es', 'en']", 'en'),
      'the language of the person is one of “es”, “en”',
    )
    assert.equal(
      conditionWords("timestamp(event.data.start) - now > duration('24h')", 'es'),
      '«start» del evento es dentro de más de 24 horas',
    )
    assert.equal(conditionWords('size(vars.x) > 1', 'es'), 'size(vars.x) > 1')
  })

  it('offer what fits a field, and whatever it is asked already', () => {
    assert.deepEqual(operatorsFor('queue.continuity'), ['holds', 'holdsNot'])
    assert.deepEqual(operatorsFor('queue.continuity', 'is'), ['holds', 'holdsNot', 'is'])
    assert.deepEqual(operatorsFor('encounter'), ['known', 'unknown'])
    assert.ok(operatorsFor('event.data.anything').includes('inMore'))
  })
})

it('asks a field for a value of its kind, whatever was asked of the field before', () => {
  const before: Rule = { field: '', operator: 'is', value: { kind: 'text', text: '1' } }
  const asked = (field: string, rule = before, operator = rule.operator) =>
    celOf({ join: 'all', parts: [withOperator({ ...rule, field }, operator)] })
  assert.equal(asked('encounter.round'), 'encounter.round == 0')
  assert.equal(asked('contact.locale'), "contact.locale == '1'")
  assert.equal(asked('event.data.n'), "event.data.n == '1'")
  const number: Rule = { field: 'encounter.round', operator: 'more', value: { kind: 'number', number: 2 } }
  assert.equal(asked('encounter.round', number, 'is'), 'encounter.round == 2')
  assert.equal(asked('contact.locale', number, 'is'), "contact.locale == ''")
})
