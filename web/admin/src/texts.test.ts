import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

type Table = { name: string; es: Record<string, string>; en: Record<string, string> }

const here = dirname(fileURLToPath(import.meta.url))
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && 'es' in value && 'name' in value
const tables: Table[] = []
for (const file of globSync('**/{texts,*.texts}.ts', { cwd: here }).filter((path) => path !== 'app/texts.ts')) {
  tables.push(...Object.values((await import(join(here, file))) as object).filter(isTable))
}

/** `{{count}}` and the like. */
const blanks = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(([blank]) => blank).sort()

describe('texts', () => {
  it('are found', () => assert.ok(tables.length > 2))

  it('have names of their own', () => {
    const names = tables.map(({ name }) => name)
    assert.deepEqual([...new Set(names)], names)
  })

  for (const { name, es, en } of tables) {
    it(`of ${name} say the same things in both languages`, () => {
      assert.deepEqual(Object.keys(en).sort(), Object.keys(es).sort())
      for (const [key, text] of Object.entries(es)) {
        assert.ok(text.trim() !== '' && en[key]?.trim() !== '', `${key} is empty`)
        // A form for one need not repeat the number.
        if (!key.endsWith('_one')) assert.deepEqual(blanks(en[key] ?? ''), blanks(text), key)
      }
    })
  }
})
