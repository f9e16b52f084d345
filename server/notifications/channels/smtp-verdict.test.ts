import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smtpVerdict } from './smtp-verdict.ts'

// The rows of the table of SMTP replies, with the words that mail servers use.
const ROWS: readonly [reply: number, text: string, verdict: string, dead: boolean][] = [
  [550, '550 5.1.1 <x@y.cl>: Recipient address rejected: User unknown', 'permanent', true],
  [550, '550 5.1.0 Address rejected', 'permanent', true],
  [550, '550 5.1.2 Bad destination system address', 'permanent', true],
  [501, '501 5.1.3 Bad recipient address syntax', 'permanent', true],
  [551, '551 5.1.6 Mailbox has moved', 'permanent', true],
  [556, '556 5.1.10 Recipient address has null MX', 'permanent', true],
  [452, '452 4.2.2 Mailbox full', 'retry', false],
  [552, '552 5.2.2 Mailbox full', 'retry', false],
  [552, '552 5.2.3 Message length exceeds administrative limit', 'permanent', false],
  [552, '552 5.3.4 Message too big for system', 'permanent', false],
  [451, '451 4.7.1 Greylisting in action, please come back later', 'retry', false],
  [450, '450 Requested mail action not taken', 'retry', false],
  [550, '550 5.7.1 Message rejected due to policy', 'permanent', false],
  [550, '550 5.7.26 Unauthenticated mail is not accepted', 'permanent', false],
  [421, '421 4.3.2 Service shutting down', 'throttle', false],
  [451, '451 4.4.2 Timeout', 'retry', false],
  [550, '550 mailbox unavailable', 'permanent', false],
]

test('each reply of a mail server has its verdict', () => {
  for (const [reply, text, verdict, dead] of ROWS) {
    const found = smtpVerdict({ reply, text }, 0)
    assert.deepEqual([found.verdict, found.dead], [verdict, dead], text)
  }
})

test('a disabled mailbox is dead the second time', () => {
  const disabled = { reply: 550, text: '550 5.2.1 Mailbox disabled' }
  assert.deepEqual(smtpVerdict(disabled, 0), { verdict: 'retry', dead: false })
  assert.deepEqual(smtpVerdict(disabled, 1), { verdict: 'permanent', dead: true })
})

test('greylisting asks for a quarter of an hour; no reply or a refused login says nothing of the message', () => {
  assert.equal(smtpVerdict({ reply: 450, text: '450 4.7.1 later' }, 0).waitMs, 900_000)
  assert.deepEqual(smtpVerdict({ text: 'connect ECONNREFUSED' }, 5), { verdict: 'retry', dead: false })
  assert.deepEqual(smtpVerdict({ reply: 535, text: '535 5.7.8 Bad credentials', auth: true }, 0), {
    verdict: 'throttle',
    dead: false,
  })
})
