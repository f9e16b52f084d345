import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curl } from './call-sample.ts'

test('a sample has its address, its headers and its content, which no quote ends', () => {
  assert.equal(
    curl('POST', 'https://c.example/api/v1/events', ['Authorization: Bearer $CAUCE_API_KEY'], `{"a": "O'Higgins"}`),
    [
      `curl -X POST 'https://c.example/api/v1/events'`,
      `-H "Authorization: Bearer $CAUCE_API_KEY"`,
      `-H 'Content-Type: application/json'`,
      String.raw`-d '{"a": "O'\''Higgins"}'`,
    ].join(' \\\n  '),
  )
})
