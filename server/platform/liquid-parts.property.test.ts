import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compile } from '#platform/liquid.ts'
import { partsIn, withOutputs } from '#platform/liquid-parts.ts'

const text = fc
  .array(fc.constantFrom('{', '}', '%', '{{', '}}', '{%', '%}', ' a ', '\n'), { maxLength: 40 })
  .map((pieces) => pieces.join(''))

test('parts are those that a regular expression finds', () => {
  fc.assert(
    fc.property(text, (source) => {
      const found = [...source.matchAll(/\{\{.*?\}\}|\{%.*?%\}/gs)].map(({ index, 0: part }) => ({
        index,
        text: part,
        isTag: part.startsWith('{%'),
      }))
      assert.deepEqual([...partsIn(source)], found)
      if (!source.includes('{%')) assert.equal(withOutputs(source, 'x'), source.replace(/\{\{.*?\}\}/gs, 'x'))
    }),
    { numRuns: 2_000 },
  )
})

test('braces that are never closed are refused in no time', () => {
  for (const bomb of ['{{', '{%', '{{{%', '{{ a', '{%%}{{']) {
    const source = bomb.repeat(Math.floor(65_536 / bomb.length))
    const began = process.cpuUsage()
    assert.notEqual(compile(source, ['a']).faults, undefined, bomb)
    const { user, system } = process.cpuUsage(began)
    assert.ok(user + system < 500_000, `${bomb}: ${(user + system) / 1_000} ms`)
  }
})
