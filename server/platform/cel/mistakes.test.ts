import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { celLanguage } from './language.ts'
import { mistakeIn } from './mistakes.ts'

test('whatever the library finds wrong in an expression is said in Spanish, with its place', () => {
  const path = new URL('../../../node_modules/@marcbachmann/cel-js/lib/', import.meta.url)
  const codes = ['parser', 'type-checker', 'macros', 'operators'].flatMap((file) =>
    [...readFileSync(new URL(`${file}.js`, path), 'utf8').matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map(([, code]) => code),
  )
  // Never said: a macro's name, no text at all, a value that nobody can give, and a bound that has words by its name.
  const others = new Set(['exists_one', 'expression_must_be_string', 'unsupported_type', 'limit_exceeded'])
  const said = [...new Set(codes)].filter((code) => !others.has(String(code)))
  assert.ok(said.length > 20, said.join())
  for (const code of said) {
    const { en, es } = mistakeIn({ code, summary: "Something 'of the' library", range: { start: 2, end: 3 } }, 'a + b')
    assert.ok(!es.includes('no se entiende') && es !== en, `${code}: ${es}`)
    assert.match(es, /\(carácter 3\)$/, code)
  }
})

test('what people mistype is said in words', () => {
  const compile = celLanguage({ body: 'dyn' })
  const says = (source: string) => compile(source, 'value').faults?.[0]?.es
  assert.equal(says('body.a +'), 'termina antes de tiempo (carácter 9)')
  assert.equal(says('{"a": body.b'), 'le falta } (carácter 13)')
  assert.equal(says('bodi.a'), 'no existe bodi; existen body')
})
