import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOf, nameOf, type SpokenText, textOf, withChange } from './spoken.ts'

const text = (text: string, more: Partial<SpokenText> = {}): SpokenText => ({
  on: 'warning',
  locale: 'es',
  text,
  ...more,
})
const all = [text('any'), text('brand', { brand: 'dkv' }), text('bye', { on: 'closing' })]

test('one text is changed in its place, added at the end, and taken out', () => {
  const after = text('otro', { brand: 'dkv' })
  assert.deepEqual(withChange(all, { before: all[1] ?? null, after }), [all[0], after, all[2]])
  const added = text('en', { locale: 'en' })
  assert.deepEqual(withChange(all, { before: null, after: added }), [...all, added])
  assert.deepEqual(withChange(all, { before: all[0] ?? null, after: null }), [all[1], all[2]])
})

test('what somebody else changed meanwhile is not overwritten, nor is a second text made for one place', () => {
  const mine = { before: text('any, as it was'), after: text('mine') }
  assert.equal(withChange(all, mine), null)
  assert.equal(withChange(all, { before: text('gone', { queue: 'q' }), after: null }), null)
  assert.equal(withChange(all, { before: null, after: text('twice') }), null)
  assert.equal(withChange(all, { before: all[2] ?? null, after: text('moved') }), null)
})

test('a name tells places apart whatever they are called, and takes both ways to write a locale for one', () => {
  assert.notEqual(nameOf(text('', { queue: 'a|b' })), nameOf(text('', { queue: 'a', service: 'b' })))
  assert.equal(nameOf(text('', { locale: 'es_CL' })), nameOf(text('', { locale: 'es-cl' })))
})

test('a form gives the text back as it was, without what is empty', () => {
  for (const one of all) assert.deepEqual(textOf(draftOf(one)), one)
  assert.deepEqual(textOf({ ...draftOf(text(' hola ')), brand: ' dkv ', queue: ' ' }), text('hola', { brand: 'dkv' }))
})
