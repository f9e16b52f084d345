import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConversationText,
  findText,
  readings,
  repeatedTexts,
  type TextMoment,
  type TextPlace,
} from '#conversations/queues/texts.ts'

const place = {
  brand: 'dkv',
  product: 'salud',
  queue: 'coach-1',
  service: 'coach',
  locale: 'es-CL' as string | null,
  bySilence: true,
}
/** As on an installation whose language of last resort is Spanish. */
const found = (on: TextMoment, where: TextPlace, texts: readonly ConversationText[], own = {}) =>
  findText(on, where, texts, own, 'es')

const text = (text: string, more: Partial<ConversationText> = {}): ConversationText => ({
  on: 'warning',
  locale: 'es',
  text,
  ...more,
})

test('the more specific text wins: queue, then service, product, brand, then any', () => {
  const all = [
    text('any'),
    text('brand', { brand: 'dkv' }),
    text('product', { product: 'salud', brand: 'dkv' }),
    text('service', { service: 'coach' }),
    text('queue', { queue: 'coach-1' }),
    text('other', { queue: 'coach-2', brand: 'dkv', product: 'salud', service: 'coach' }),
  ]
  for (const expected of ['queue', 'service', 'product', 'brand', 'any']) {
    assert.equal(found('warning', place, all), expected)
    all.splice(
      all.findIndex((one) => one.text === expected),
      1,
    )
  }
  assert.match(found('warning', place, all), /¿Sigue ahí\?/)
})

test('the language of the person goes before how specific a text is', () => {
  const all = [
    text('en', { locale: 'en', queue: 'coach-1' }),
    text('es'),
    text('es-CL', { locale: 'es_CL'.replace('_', '-') }),
  ]
  assert.equal(found('warning', place, all), 'es-CL')
  assert.equal(found('warning', { ...place, locale: 'es-AR' }, all), 'es')
  assert.equal(found('warning', { ...place, locale: 'en_GB' }, all), 'en')
  assert.match(found('warning', { ...place, locale: 'en' }, [text('es')]), /Are you still there/)
  assert.equal(found('warning', { ...place, locale: 'pt-BR' }, all), 'es')
  assert.equal(found('warning', { ...place, locale: null }, all), 'es')
})

test("the queue's own texts stand before the tenant's, for warnings", () => {
  const own = { es: 'de la cola', 'es-cl': 'de la cola, en Chile' }
  assert.equal(found('warning', place, [text('x', { queue: 'coach-1' })], own), 'de la cola, en Chile')
  assert.match(found('closing', place, [], own), /Hemos cerrado/)
  assert.equal(found('closing', place, [text('adiós', { on: 'closing' })], own), 'adiós')
})

test('two texts for one moment, language and place are told', () => {
  const all = [
    text('a'),
    text('b', { service: 'coach' }),
    text('c', { on: 'closing' }),
    text('d', { locale: 'ES' }),
    text('e', { service: 'coach', brand: 'dkv' }),
    text('f', { service: 'coach' }),
  ]
  assert.deepEqual(repeatedTexts(all), [
    { index: 3, first: 0 },
    { index: 5, first: 1 },
  ])
})

test('whose language is not known, or has no text, is spoken to in the language of last resort', () => {
  const unknown = { ...place, locale: null }
  const all = [text('es'), text('en', { locale: 'en' })]
  assert.equal(findText('warning', unknown, all, {}, 'en-GB'), 'en')
  assert.equal(findText('warning', { ...place, locale: 'pt-BR' }, all, {}, 'en'), 'en')
  assert.match(findText('warning', unknown, [text('es')], {}, 'en'), /Are you still there/)
  assert.match(findText('closing', unknown, [], {}, 'en'), /We have closed/)
  assert.equal(findText('warning', unknown, [text('fr', { locale: 'fr' })], {}, 'fr'), 'fr')
  assert.match(findText('warning', unknown, [], {}, 'fr'), /¿Sigue ahí\?/)
})

test('a built-in text promises no close that does not come, and names no silence that was no reason', () => {
  for (const locale of ['es', 'en']) {
    const where = { ...place, locale }
    assert.match(found('warning', where, []), /cerraremos|we will close/)
    assert.doesNotMatch(found('warning', { ...where, bySilence: false }, []), /cerra|close/)
    assert.match(found('closing', where, []), /porque no|because we did not/)
    assert.doesNotMatch(found('closing', { ...where, bySilence: false }, []), /porque|because/)
  }
})

test('what would be read instead comes in the order in which it would be, down to the first built-in text', () => {
  const all = [
    text('es'),
    text('es, brand', { brand: 'dkv' }),
    text('es-CL, service', { locale: 'es-CL', service: 'coach' }),
    text('en', { locale: 'en', queue: 'coach-1' }),
    text('closing', { on: 'closing' }),
    text('elsewhere', { queue: 'coach-2' }),
  ]
  const list = (where: Partial<TextPlace>, own = {}, lastResort = 'es') =>
    [...readings('warning', { ...place, ...where }, all, own, lastResort)].map(({ from, item, locale }) =>
      [from, locale, ...(item === undefined ? [] : [item])].join(' '),
    )
  assert.deepEqual(list({}, { es: 'own' }), ['texts es-CL 2', 'queue es', 'texts es 1', 'texts es 0', 'builtIn es'])
  assert.deepEqual(list({ locale: 'pt-BR' }, {}, 'en'), ['texts en 3', 'builtIn en'])
  assert.deepEqual(list({ locale: 'pt' }, { pt: 'own' }, 'pt'), ['queue pt', 'texts es 1', 'texts es 0', 'builtIn es'])
})
