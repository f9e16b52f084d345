import assert from 'node:assert/strict'
import { it } from 'node:test'
import { actWords, changesOf, knownActs, namedIn, nameIn, onlyOne } from './words.ts'

it('says an act in words, and shows one that it does not know as it is', () => {
  assert.equal(actWords('user.logged-in', 'es'), 'Usuario: entró')
  assert.equal(actWords('subscription.created', 'en'), 'Subscription: created')
  assert.equal(actWords('template.published', 'es'), 'Plantilla: publicada')
  assert.equal(actWords('flow.published', 'es'), 'Flujo: publicado')
  assert.equal(actWords('flow.draft-discarded', 'es'), 'Flujo: borrador descartado')
  assert.equal(actWords('subscription.replayed', 'es'), 'Suscripción: entregas enviadas de nuevo')
  assert.equal(actWords('subscription.tested', 'es'), 'Suscripción: evento de prueba enviado')
  assert.equal(actWords('moon.risen', 'es'), 'moon.risen')
})

it('names what there is only one of', () => {
  assert.equal(onlyOne('sending-rules', 'es'), 'Cuándo se puede avisar')
  assert.equal(onlyOne('queue:coach', 'es'), undefined)
})

it('offers every act that it knows by its name', () => {
  for (const language of ['es', 'en'] as const)
    for (const { value, label } of knownActs(language)) assert.notEqual(label, value)
})

it('lists what changed, and only that', () => {
  assert.deepEqual(changesOf({ a: 1, b: { c: 1 } }, { a: 1, b: { c: 2 }, d: null }), [
    { field: 'b', before: { c: 1 }, after: { c: 2 } },
    { field: 'd', before: undefined, after: null },
  ])
  assert.equal(changesOf(null, { a: 1 }), null)
})

it('knows what something was called from what the act left or took away', () => {
  assert.equal(nameIn({ name: 'Rosa' }), 'Rosa')
  for (const side of [null, undefined, 'Rosa', {}, { name: ' ' }, { name: { es: 'Rosa' } }])
    assert.equal(nameIn(side), undefined)
})

it('calls what an act was done on by its name, or by an id that people gave it', () => {
  const named = (target: string, after?: unknown) => namedIn({ target, after }, 'es')
  assert.equal(named('calendar:turno', { name: 'Turno de tarde' }), 'Turno de tarde')
  assert.equal(named('calendar:turno'), 'turno')
  assert.equal(named('secret:crm:clave'), 'crm:clave')
  assert.equal(named('conversation-texts'), 'Textos de conversación')
  assert.equal(named('run:84a0283c-cccd-7000-8000-000000000001'), 'Ejecución 84a0283c')
  assert.equal(named('subscription:01a23040'), undefined)
})
