import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { failureText, inSpanish } from '#flows/failure-text.ts'

test('a failure says which step, of what kind, and why, in both languages', () => {
  assert.deepEqual(failureText({ nodeId: 'call', type: 'http', cause: 'the receiver answered 500' }), {
    en: 'step call (Call a service) failed: the receiver answered 500',
    es: 'paso call (Llamar a un servicio) falló: el servicio respondió 500',
  })
  assert.equal(inSpanish('at s: the text is empty'), 'en s: the text is empty')
  assert.equal(inSpanish('something of a library'), 'something of a library')
})

test('whatever a step of ours says when it cannot be done is known in Spanish', () => {
  const here = new URL('.', import.meta.url)
  const said = globSync('**/*.ts', { cwd: here.pathname })
    .filter((file) => !file.includes('test'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, here), 'utf8').matchAll(/new StepFault\((?:cause \?\? )?(['`])((?:(?!\1).)*)\1/g),
    ])
    .map((found) => (found[2] as string).replace(/\$\{[^}]*(?:\{[^}]*\})?[^}]*\}/g, '7'))
  assert.ok(said.length > 30, `found ${said.length}`)
  assert.deepEqual(
    said.filter((cause) => inSpanish(cause) === cause),
    [],
  )
})
