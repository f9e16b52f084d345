import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ApiError, problemOf } from '../api/problem.ts'
import type { Translate } from '../app/texts.ts'
import { sentenceOf } from './sentence.ts'
import { uiTexts } from './texts.ts'

const t: Translate<(typeof uiTexts)['es']> = (key, values = {}) =>
  (uiTexts.es as Record<string, string>)[key]?.replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name])) ?? key

const said = async (status: number, problem: object, headers: Record<string, string> = {}) =>
  sentenceOf(new ApiError(await problemOf(Response.json(problem, { status, headers }))), 'es', t)

it('says of too many tries that it is those, and how long to wait', async () => {
  const problem = { code: 'rate-limit', detail: 'Too many failed logins. Try again later.' }
  assert.equal(
    await said(429, problem, { 'retry-after': '40' }),
    'Demasiados intentos seguidos. Espera 40 segundos y vuelve a intentarlo.',
  )
  assert.match(await said(429, { code: 'overload' }, { 'retry-after': '3' }), /está ocupado/)
  assert.match(await said(429, problem), /está ocupado/)
})

it('says of a lost session what to do, and not what a caller with a key would have to', async () => {
  const detail = 'Send a valid API key or token as Authorization: Bearer …'
  assert.match(await said(401, { code: 'unauthenticated', detail }), /^Tu sesión terminó/)
  assert.equal(await said(401, { code: 'login-failed', detail: 'They do not fit.' }), 'They do not fit.')
})
