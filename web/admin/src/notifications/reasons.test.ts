import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { reasonTexts } from './reasons.texts.ts'
import { reasonOf } from './reasons.ts'

it('takes out of a note what it names', () => {
  assert.deepEqual(reasonOf('template come-back has no text for push'), {
    key: 'noText',
    values: { template: 'come-back', channel: 'push' },
  })
  assert.deepEqual(reasonOf('the receiver answered 503').values, { status: '503' })
  assert.deepEqual(reasonOf('no email address').key, 'noAddress')
  assert.deepEqual(reasonOf('550 5.1.1 no such user'), { key: 'other', values: { noted: '550 5.1.1 no such user' } })
})

it('has words for every reason of the gate', () => {
  const gate = readFileSync(new URL('../../../../server/notifications/gate.ts', import.meta.url), 'utf8')
  // Reasons stand there as texts with a blank; what is filled in is a channel or a template.
  const notes = [...gate.matchAll(/(?:reason: |return |\? |: )(['`])((?:(?!\1).)* (?:(?!\1).)*)\1/g)]
    .map(([, , text]) => text as string)
    .filter((text) => !text.includes('fault.path'))
    .map((text) => text.replaceAll(/\$\{(?:request\.)?template\}/g, 'come-back').replaceAll(/\$\{channel\}/g, 'push'))
    .map((text) => text.replaceAll(/\$\{[^}]+\}/g, 'x'))
  assert.ok(notes.length >= 12, `reasons were found: ${notes.length}`)
  for (const note of notes) {
    const { key } = reasonOf(note)
    assert.notEqual(key, 'other', note)
    assert.ok(key in reasonTexts.es, key)
  }
})
