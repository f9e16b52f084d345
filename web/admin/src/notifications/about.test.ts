import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedWords } from './about.ts'

const FLOW = { flowId: 'f', flowName: 'Recordatorio', runId: 'r', conversationId: null }

test('who asked for a notification is a flow by its name, where that is known', () => {
  assert.deepEqual(askedWords({ cause: 'run:r', askedBy: FLOW }), {
    key: 'causeFlow',
    values: { flow: 'Recordatorio' },
  })
  assert.equal(askedWords({ cause: 'run:r', askedBy: null })?.key, 'causeRun')
  assert.equal(askedWords({ cause: 'key:k', askedBy: null })?.key, 'causeKey')
  assert.equal(askedWords({ cause: null, askedBy: null }), null)
})
