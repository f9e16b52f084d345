import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { graph } from '#flows/testing.ts'

test('what is meant as an e-mail address and can never be one is a fault, where somebody is asked or told', () => {
  const said = (type: string, data: { [name: string]: unknown }) =>
    (
      compileGraph(
        graph(
          [
            ['start', 'trigger', { event: 'go' }],
            ['n', type, data],
          ],
          ['start n'],
        ),
      ).faults ?? []
    )
      .filter(({ says }) => says.en === 'must be an e-mail address')
      .map(({ nodeId, path }) => `${nodeId} ${path}`)
  assert.deepEqual(said('approval', { to: 'a@', text: 'May we?' }), ['n data.to'])
  assert.deepEqual(said('approval', { to: { address: 'b@@c' }, text: 'May we?' }), ['n data.to.address'])
  assert.deepEqual(said('notify', { channels: ['email'], template: 't', to: 'a@' }), ['n data.to'])
  assert.deepEqual(said('approval', { to: 'ana@example.org', text: 'May we?' }), [])
  assert.deepEqual(said('approval', { to: '{{ event.data.who }}@', text: 'May we?' }), [])
})
