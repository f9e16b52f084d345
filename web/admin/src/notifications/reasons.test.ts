import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { reasonTexts } from './reasons.texts.ts'
import { isOfRules, reasonOf } from './reasons.ts'

it('takes out of a note what it names', () => {
  assert.deepEqual(reasonOf('template come-back has no text for push'), {
    key: 'noText',
    values: { template: 'come-back', channel: 'push' },
  })
  assert.deepEqual(reasonOf('the receiver answered 503').values, { status: '503' })
  assert.deepEqual(reasonOf('no email address').key, 'noAddress')
  assert.deepEqual(reasonOf('550 5.1.1 no such user'), { key: 'other', values: { noted: '550 5.1.1 no such user' } })
})

it('knows what quiet hours and caps note, whatever they are called', () => {
  assert.deepEqual(reasonOf('quiet hours: Noches (invierno)'), { key: 'quiet', values: { rule: 'Noches (invierno)' } })
  assert.deepEqual(reasonOf('cap reached: Dos (o no) in a day (2 in P1D)'), {
    key: 'cap',
    values: { rule: 'Dos (o no) in a day', most: '2', per: 'P1D' },
  })
  assert.equal(isOfRules('no time left: cap reached: Dos (2 in PT24H)'), true)
  assert.equal(isOfRules('the person came back'), false)
})

it('has words for every reason of the rules', () => {
  const source = (name: string) =>
    readFileSync(new URL(`../../../../server/notifications/${name}`, import.meta.url), 'utf8')
  const blanks: Record<string, string> = { name: 'Noches', most: '2', per: 'P1D', reason: 'quiet hours: Noches' }
  const notes = [...source('rules/rules.ts').matchAll(/`((?:quiet hours|cap reached|no time left): [^`]+)`/g)].map(
    ([, text]) => (text as string).replaceAll(/\$\{(\w+)\}/g, (whole, blank: string) => blanks[blank] ?? whole),
  )
  const [, runOver = ''] = /RUN_OVER = '([^']+)'/.exec(source('index.ts')) ?? []
  const [, takenBack = ''] = /TAKEN_BACK = '([^']+)'/.exec(source('index.ts')) ?? []
  assert.equal(notes.length, 3)
  const [, runEnded = ''] = /RUN_ENDED = '([^']+)'/.exec(source('askers.ts')) ?? []
  for (const note of [...notes, runOver, runEnded, takenBack]) assert.notEqual(reasonOf(note).key, 'other', note)
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
