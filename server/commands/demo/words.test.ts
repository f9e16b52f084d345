import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { terminalLanguage, WORDS } from './words.ts'

test('the story is told in the language of the terminal', () => {
  assert.deepEqual(['es-CL', 'es', 'en-GB', 'en-US-u-va-posix', 'de'].map(terminalLanguage), [
    'es',
    'es',
    'en',
    'en',
    'en',
  ])
  const said = (locale: string) => {
    const script = `import('${new URL('./words.ts', import.meta.url)}').then(({ terminalLanguage }) => console.log(terminalLanguage()))`
    const env = { PATH: process.env.PATH ?? '', LC_ALL: locale }
    return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env }).stdout.trim()
  }
  assert.deepEqual([said('es_CL.UTF-8'), said('C')], ['es', 'en'])
})

test('what was read stands in every sentence, in both languages', () => {
  for (const [language, words] of Object.entries(WORDS)) {
    for (const [name, sentence] of Object.entries(words)) {
      if (typeof sentence !== 'function') continue
      const given = Array.from({ length: sentence.length }, (_, i) => `<${i}>`)
      const text = (sentence as (...given: string[]) => string)(...given)
      for (const one of given) assert.ok(text.includes(one), `${language} ${name}: ${text}`)
    }
  }
})

test('why the story did not hold is told in its language too', () => {
  const story = readFileSync(new URL('./story.ts', import.meta.url), 'utf8')
  assert.deepEqual(story.match(/new Error\(['"`].*/g), null)
  assert.notEqual(WORDS.es.late(WORDS.es.awaited.push, 8), WORDS.en.late(WORDS.en.awaited.push, 8))
})
