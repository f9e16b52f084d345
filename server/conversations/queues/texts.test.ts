import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConversationText, findText } from '#conversations/queues/texts.ts'

const place = { brand: 'dkv', product: 'salud', queue: 'coach-1', service: 'coach', locale: 'es-CL' as string | null }
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
    assert.equal(findText('warning', place, all), expected)
    all.splice(
      all.findIndex((one) => one.text === expected),
      1,
    )
  }
  assert.match(findText('warning', place, all), /¿Sigue ahí\?/)
})

test('the language of the person goes before how specific a text is', () => {
  const all = [
    text('en', { locale: 'en', queue: 'coach-1' }),
    text('es'),
    text('es-CL', { locale: 'es_CL'.replace('_', '-') }),
  ]
  assert.equal(findText('warning', place, all), 'es-CL')
  assert.equal(findText('warning', { ...place, locale: 'es-AR' }, all), 'es')
  assert.equal(findText('warning', { ...place, locale: 'en_GB' }, all), 'en')
  assert.match(findText('warning', { ...place, locale: 'en' }, [text('es')]), /Are you still there/)
  assert.equal(findText('warning', { ...place, locale: 'pt-BR' }, all), 'es')
  assert.equal(findText('warning', { ...place, locale: null }, all), 'es')
})

test("the queue's own texts stand before the tenant's, for warnings", () => {
  const own = { es: 'de la cola', 'es-cl': 'de la cola, en Chile' }
  assert.equal(findText('warning', place, [text('x', { queue: 'coach-1' })], own), 'de la cola, en Chile')
  assert.match(findText('closing', place, [], own), /Hemos cerrado/)
  assert.equal(findText('closing', place, [text('adiós', { on: 'closing' })], own), 'adiós')
})
