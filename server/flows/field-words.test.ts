import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldWords, shownValue, wordsOf } from '#flows/field-words.ts'
import { SETTINGS } from '#flows/flow-settings.ts'
import { KINDS } from '#flows/nodes/kinds.ts'

type Schema = { properties?: { [name: string]: Schema }; items?: Schema; anyOf?: Schema[] }

const fieldsOf = ({ properties = {}, items, anyOf = [] }: Schema): string[] => [
  ...Object.entries(properties).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]),
  ...(items === undefined ? [] : fieldsOf(items)),
  ...anyOf.flatMap(fieldsOf),
]

test('every field of a step and of the settings has words, with one number in both languages', () => {
  const schemas = [SETTINGS, ...[...KINDS.values()].map(({ definition }) => definition.data)] as unknown as Schema[]
  for (const name of new Set(schemas.flatMap(fieldsOf))) {
    const { en, es } = fieldWords(name)
    assert.match(en, /^the /, name)
    assert.match(es, /^(el|la|los|las) /, name)
  }
})

test('a field inside another is said from the inside out', () => {
  const said = (...place: (string | number)[]) => [wordsOf(place).en, wordsOf(place).es]
  assert.deepEqual(said('content', 'body'), ['the text of the content', 'el texto del contenido'])
  assert.deepEqual(said('winner', 'minimum'), [
    'the people of each arm of the choice of the winner',
    'las personas por rama de la elección de la rama ganadora',
  ])
  assert.deepEqual(said('rate', 'limit'), ['the maximum of the pace', 'el máximo del ritmo'])
  assert.deepEqual(said('cases', 'title', 'when'), [
    'the condition of the case “title”',
    'la condición del caso «title»',
  ])
})

test('names that authors gave are theirs, also where a field is called alike', () => {
  assert.equal(wordsOf(['vars', 'title']).es, 'la variable «title»')
  assert.equal(wordsOf(['data', 'text', 0, 'user']).en, 'the data “text” 1 “user”')
  assert.equal(wordsOf(['constructor']).en, '“constructor”')
  assert.deepEqual(fieldWords('constructor'), { en: 'constructor', es: 'constructor' })
})

test('whether the verb is of many is known from the innermost', () => {
  assert.deepEqual(
    [['channels'], ['retry', 'attempts'], ['winner', 'minimum'], ['content', 'title']].map(
      (place) => wordsOf(place).areMany,
    ),
    [true, false, true, false],
  )
})

test('a list of names is shown as such, and what is long is cut', () => {
  assert.equal(shownValue(['push', 'email'], 'es'), '«push», «email»')
  assert.equal(shownValue([1, { a: 2 }], 'es'), '[1,{"a":2}]')
  assert.equal(shownValue('x'.repeat(300), 'en'), `“${'x'.repeat(200)}…”`)
})
