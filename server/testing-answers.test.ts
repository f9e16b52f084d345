import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import { withCheckedAnswers } from './testing-answers.ts'

const answer = Type.Object({ at: Type.String({ format: 'date-time' }), n: Type.Optional(Type.Integer()) })

/** What is found of a route that gives this, with this status. */
async function foundOf(given: unknown, more: Partial<Route> = {}, status = 200): Promise<string[]> {
  const wrong = new Set<string>()
  const told = route({
    method: 'GET',
    path: '/things',
    permission: 'public',
    tag: 'Things',
    summary: 'Things',
    answer,
    async handle() {
      if (given instanceof Error) throw given
      return given
    },
  })
  const [checked] = withCheckedAnswers([{ ...told, ...more }], wrong)
  const reply = { statusCode: status, sent: false, getHeader: () => undefined }
  const failed = await checked?.handle({ reply } as never).then(
    () => null,
    (error: unknown) => error,
  )
  assert.equal(failed, given instanceof Error ? given : null, 'what the route does is left as it is')
  return [...wrong]
}

test('an answer is held to its schema as it arrives: times as texts, and nothing besides', async () => {
  assert.deepEqual(await foundOf({ at: new Date(0), n: undefined }), [])
  assert.deepEqual(await foundOf('{"at":"2026-01-31T12:00:00Z","n":1}'), [])
  assert.deepEqual(await foundOf({ n: 1 }), ['GET /things: /at is required'])
  assert.equal((await foundOf({ at: new Date(0), more: 1 })).length, 1)
  assert.equal((await foundOf({ at: new Date(0), n: '1' })).length, 1)
})

test('so are its status, and those of its refusals', async () => {
  assert.deepEqual(await foundOf({ at: new Date(0) }, {}, 201), ['GET /things: answers 201, and not 200'])
  assert.deepEqual(await foundOf({ at: new Date(0) }, { answer: undefined }), [
    'GET /things: says nothing of its answer',
  ])
  assert.deepEqual(await foundOf(notFound('thing', 'x')), ['GET /things: refuses with 404: There is no thing "x".'])
  assert.deepEqual(await foundOf(notFound('thing', 'x'), { refuses: [404] }), [])
})
