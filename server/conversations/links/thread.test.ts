import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ThreadMessage, threadItems } from '#conversations/links/thread.ts'
import { WORDS } from '#conversations/links/words.ts'

const AT = Date.parse('2026-03-02T17:16:00Z')
const one = (text: string, at = AT): ThreadMessage => ({ n: 1, from: 'agent', text, at })
const items = (
  messages: readonly ThreadMessage[],
  reader: { language?: 'es' | 'en'; locale?: string | null; timeZone?: string | null } = {},
  before: ThreadMessage | null = null,
) => {
  const language = reader.language ?? 'es'
  return threadItems(messages, { locale: null, timeZone: 'UTC', ...reader, language }, WORDS[language], before)
}
const timeIn = (html: string) => /<time[^>]*>([^<]*)<\/time>/.exec(html)?.[1]?.replace(/\s/g, ' ')

test('a text is read as it was written: in its own direction, without characters that turn it round', () => {
  const html = items([one('\u202eevil\u202c <b>'), one('مرحبا')])
  assert.match(html, /<p dir="auto">evil\u202c &lt;b&gt;<\/p>/)
  assert.match(html, /<p dir="auto">مرحبا<\/p>/)
})

test('times have 24 hours, unless the person says where they live and the habit there is another', () => {
  assert.equal(timeIn(items([one('x')])), '17:16')
  assert.equal(timeIn(items([one('x')], { language: 'en', locale: 'en' })), '17:16')
  assert.equal(timeIn(items([one('x')], { language: 'en', locale: 'en-GB' })), '17:16')
  assert.equal(timeIn(items([one('x')], { language: 'en', locale: 'en_US' })), '5:16 PM')
  assert.equal(timeIn(items([one('x')], { locale: 'es-CL', timeZone: 'America/Santiago' })), '14:16')
  // Of another language than the page's, or none at all.
  for (const locale of ['fr-FR', 'en-US', 'es-12', 'x']) assert.equal(timeIn(items([one('x')], { locale })), '17:16')
})

test('a day is named where it begins, also after what is shown already', () => {
  const days = (html: string) => html.match(/class="day"/g)?.length ?? 0
  const next = one('b', AT + 86_400_000)
  assert.equal(days(items([one('a'), one('b'), next])), 2)
  assert.equal(days(items([one('b')], {}, one('a'))), 0)
  assert.equal(days(items([next], {}, one('a'))), 1)
})
