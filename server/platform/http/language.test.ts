import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf } from '#platform/http/language.ts'

test("a page speaks the reader's own language, else their browser's, else that of last resort, else Spanish", () => {
  assert.equal(languageOf('en_GB', 'es'), 'en')
  assert.equal(languageOf('pt-BR', 'en;q=0.2, es-CL;q=0.9'), 'es')
  assert.equal(languageOf(null, 'fr, en;q=0.5'), 'en')
  assert.equal(languageOf(null, 'fr;q=0.9, en-GB;q=0.8, es;q=0.1', 'es'), 'en')
  assert.equal(languageOf(null, 'en;q=0, de', 'es'), 'es')
  assert.equal(languageOf(null, 'de', 'en-GB'), 'en')
  assert.equal(languageOf(null, undefined, 'pt'), 'es')
  assert.equal(languageOf(null, 'esperanto;q=x,,;;', null), 'es')
})
