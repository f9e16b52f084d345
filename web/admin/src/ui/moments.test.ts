import assert from 'node:assert/strict'
import { it } from 'node:test'
import { appointed, exact, relative, span } from './moments.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const ago = (ms: number) => relative(now - ms, now, 'es')

it('says how far a moment is in the largest unit that fits', () => {
  assert.equal(ago(0), 'ahora')
  assert.equal(ago(20_000), 'ahora')
  assert.equal(ago(-500), 'ahora')
  assert.equal(ago(-15_000), 'en unos segundos')
  assert.equal(relative(now + 15_000, now, 'en'), 'in a few seconds')
  assert.equal(ago(-40_000), 'dentro de 1 min')
  assert.equal(ago(5 * 60_000), 'hace 5 min')
  assert.equal(ago(59 * 60_000 + 40_000), 'hace 1 h')
  assert.equal(ago(-3 * 3_600_000), 'dentro de 3 h')
  assert.equal(ago(86_400_000), 'ayer')
  // Less than two days, and two nights.
  assert.equal(ago(47.5 * 3_600_000), 'anteayer')
  assert.equal(relative(now + 2 * 86_400_000, now, 'en'), 'in 2 days')
  assert.equal(relative(now + 3 * 3_600_000, now, 'es', 'long'), 'dentro de 3 horas')
  assert.equal(ago(-340 * 86_400_000), 'dentro de 11 meses')
  assert.equal(ago(800 * 86_400_000), 'hace 2 años')
})

it('names the moment itself in the zone of the reader', () => {
  assert.match(exact(now, 'es', 'America/Santiago'), /martes, 10 de marzo de 2026.* 9:00:00/)
})

it('names a moment to come as people arrange it', () => {
  const at = (iso: string, language: 'es' | 'en' = 'es') =>
    appointed(Date.parse(iso), now, language, 'America/Santiago').replaceAll('\u202f', ' ')
  assert.equal(at('2026-03-10T23:30:00Z'), 'hoy a las 20:30')
  assert.equal(at('2026-03-11T04:00:00Z'), 'mañana a la 1:00')
  assert.equal(at('2026-03-11T11:00:00Z', 'en'), 'tomorrow at 8:00 AM')
  assert.equal(at('2026-03-17T11:00:00Z'), 'el martes, 17 de marzo, a las 8:00')
  assert.equal(at('2026-03-17T11:00:00Z', 'en'), 'on Tuesday, March 17, at 8:00 AM')
})

it('says a wait by its times, and from a day on by its days', () => {
  const from = Date.parse('2026-03-10T01:14:00Z')
  assert.deepEqual(span(from, from + 9 * 3_600_000, 'es', 'America/Santiago'), ['22:14', '7:14'])
  assert.deepEqual(span(from, from + 48 * 3_600_000, 'es', 'America/Santiago'), ['lun 9, 22:14', 'mié 11, 22:14'])
})
