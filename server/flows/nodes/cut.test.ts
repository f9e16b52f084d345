import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, event, inARow } from '#flows/testing.ts'
import { isStorableJson } from '#platform/storable.ts'

test('what is too long to be kept whole is cut between characters, as the database wants it', () => {
  const long = (before: number) => event('go', { long: `${'x'.repeat(before)}😀 and more` })
  for (const [kind, data, before] of [
    ['notify', { content: { body: 'x' }, channels: ['push'], dedupeKey: '{{ event.data.long }}' }, 499],
    ['llm', { prompt: '{{ event.data.long }}', save: 'said' }, 1_999],
  ] as const) {
    const { steps, effects } = begin(inARow([['one', kind, data]]), long(before))
    assert.ok(steps.length > 0 && isStorableJson(JSON.stringify([steps, effects])), kind)
  }
})
