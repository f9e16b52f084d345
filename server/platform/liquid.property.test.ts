import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compile, render } from '#platform/liquid.ts'

const compiled = (source: string, escaping: 'html' | 'json') => {
  const { template } = compile(source, ['name'], escaping)
  assert.ok(template)
  return template
}

const text = fc.string({ unit: 'grapheme' })
const nasty = fc.stringMatching(/^[<>"'&{}%|\\\n\u2028a-z]*$/)

test('no value leaves its place in HTML', () => {
  const html = compiled(
    '<a title="{{ name }}">{{ name | upcase }}</a>{{ name | escape }}{{ name | newline_to_br }}',
    'html',
  )
  fc.assert(
    fc.property(fc.oneof(text, nasty), (name) => {
      const result = render(html, { name })
      assert.equal(result.replace(/<br>|^<a title="[^"<>]*">|<\/a>/g, '').search(/[<>"']/), -1, result)
    }),
  )
})

test('every value comes back out of a JSON text as it went in', () => {
  const json = compiled('{"a":"x{{ name }}y","b":{{ name | json }}}', 'json')
  fc.assert(
    fc.property(fc.oneof(text, nasty), (name) => {
      assert.deepEqual(JSON.parse(render(json, { name })), { a: `x${name}y`, b: name })
    }),
  )
})

test('a source is a template or has faults, and neither takes long', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    'if',
    'for x in',
    'name',
    '(1..9)',
    '|',
    'date',
    ':',
    '"',
    'endif',
    'raw',
    '.',
    '[',
    ']',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const result = compile(pieces.join(' '), ['name'])
      assert.equal(result.template === undefined, (result.faults?.length ?? 0) > 0)
    }),
  )
})

test('a plain text comes to what the engine makes of it, in every escape', () => {
  const piece = fc.oneof(
    fc.constantFrom('Hola ', '{', '}', '%', '\n', ' {{a', '-}}', '{{- a -}}', '{% if a %}x{% endif %}'),
    fc.constantFrom('{{ a }}', '{{a.b}}', '{{ a.b.c }}', '{{ a.size }}', '{{ a.first }}', '{{ last.b }}', '{{ true }}'),
    fc.constantFrom('{{ a | upcase }}', '{{ a["b"] }}', '{{ a.b_1 }}', '{{ n }}', '{{ a.toString }}', "{{ 'x' }}"),
    fc.string({ maxLength: 5 }),
  )
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue())
  const scope = fc.record({
    a: fc.oneof(value, fc.record({ b: fc.oneof(value, fc.record({ c: value })), b_1: value }, { requiredKeys: [] })),
    last: fc.record({ b: value }),
    n: value,
  })
  let plain = 0
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      scope,
      fc.constantFrom('none' as const, 'html' as const, 'json' as const, 'url' as const),
      (pieces, drawn, escaping) => {
        const { template } = compile(pieces.join(''), ['a', 'last', 'n'], escaping)
        if (template === undefined || template.plain === null) return
        plain += 1
        const told = (one: typeof template) => {
          try {
            return render(one, drawn as never)
          } catch (error) {
            return `fault: ${(error as Error).message}`
          }
        }
        assert.equal(told(template), told({ ...template, plain: null }))
      },
    ),
    { numRuns: 1_500 },
  )
  assert.ok(plain > 250, String(plain))
})
