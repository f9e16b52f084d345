import assert from 'node:assert/strict'
import { test } from 'node:test'
import { majorOf } from './version.ts'

test('the major version is what an event says of its schema, and the first when it says nothing', () => {
  const cases: [string | null | undefined, number][] = [
    [undefined, 1],
    [null, 1],
    ['1', 1],
    ['1.0', 1],
    ['2.3', 2],
    ['v3', 3],
    ['12.1.4', 12],
    ['0.9', 1],
    ['draft', 1],
    ['', 1],
    ['https://schemas.example.org/order/2', 2],
    ['https://schemas.example.org/order/v2.1.json', 2],
    ['https://schemas.example.org/order/versions/3.0#', 3],
    ['https://schemas.example.org/order', 1],
    [`${'1.'.repeat(4000)}`, 1],
  ]
  for (const [said, major] of cases) assert.equal(majorOf(said), major, String(said).slice(0, 60))
})
