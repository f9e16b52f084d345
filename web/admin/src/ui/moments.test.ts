import assert from 'node:assert/strict'
import { it } from 'node:test'
import { exact, relative } from './moments.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const ago = (ms: number) => relative(now - ms, now, 'es')

it('says how far a moment is in the largest unit that fits', () => {
  assert.equal(ago(0), 'ahora')
  assert.equal(ago(20_000), 'ahora')
  assert.equal(ago(5 * 60_000), 'hace 5 min')
  assert.equal(ago(59 * 60_000 + 40_000), 'hace 1 h')
  assert.equal(ago(-3 * 3_600_000), 'dentro de 3 h')
  assert.equal(ago(86_400_000), 'ayer')
  assert.equal(relative(now + 2 * 86_400_000, now, 'en'), 'in 2 days')
  assert.equal(relative(now + 3 * 3_600_000, now, 'es', 'long'), 'dentro de 3 horas')
})

it('names the moment itself in the zone of the reader', () => {
  assert.match(exact(now, 'es', 'America/Santiago'), /martes, 10 de marzo de 2026.* 9:00:00/)
})
