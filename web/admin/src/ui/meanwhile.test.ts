import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { overlaid } from './meanwhile.ts'

const opened = { name: 'Coach', brand: '', texts: { es: 'Hola' } }

describe('what is typed over what others change meanwhile', () => {
  it('has what was typed, and for the rest what others made of it', () => {
    const found = overlaid(opened, { ...opened, brand: 'clinica' }, { ...opened, name: 'Coach de salud' })
    assert.deepEqual(found, { values: { ...opened, name: 'Coach de salud', brand: 'clinica' }, clashing: [] })
  })
  it('names what both changed, and keeps what was typed', () => {
    const typed = { ...opened, name: 'Mío', texts: { es: 'Buenas' } }
    const found = overlaid(opened, typed, { ...opened, name: 'Suyo', texts: { es: 'Buenas' } })
    assert.deepEqual(found, { values: typed, clashing: ['name'] })
  })
})
