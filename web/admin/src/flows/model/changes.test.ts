import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Change, changeWords, stepsOf } from './changes.ts'
import { graphFrom } from './graph.ts'

const node = (id: string, label: string) => ({ id, type: 'end', position: { x: 0, y: 0 }, data: { label } })
const says = { es: '«reply» ya no lleva por «llegó» a «done»', en: '“reply” no longer leads by “it came” to “done”' }

it('calls steps by their names, those that are gone too, and the ways between them in words', () => {
  const changes: Change[] = [
    { change: 'stepRemoved', nodeId: 'done', path: '', before: { type: 'end', data: { label: 'Volvió' } }, says },
    {
      ...{ change: 'edgeRemoved', nodeId: 'reply', path: '/edges', says },
      before: { source: 'reply', sourceHandle: 'event', target: 'done' },
      after: null,
    },
    { change: 'edgeAdded', nodeId: 'reply', path: '/edges', after: { source: 'reply', target: 'bye' }, says },
    { change: 'edgeAdded', nodeId: 'reply', path: '/edges', says },
  ]
  const stepOf = stepsOf(changes, graphFrom({ name: 'x', nodes: [node('bye', 'Despedirse')], edges: [] } as never))
  assert.deepEqual(
    changes.slice(1).map((change) => changeWords(change, stepOf, 'es')),
    ['ya no lleva por «llegó» a «Volvió»', 'ahora lleva a «Despedirse»', says.es],
  )
  assert.equal(changeWords(changes[1] as Change, stepOf, 'en'), 'no longer leads by «it came» to «Volvió»')
  assert.equal(stepOf('done')?.type, 'end')
})

it('says durations in words, and not again which step it is, where it stands under the step', () => {
  const changed = (es: string, en: string): Change => ({
    change: 'fieldChanged',
    nodeId: 'wait',
    path: '',
    says: { es, en },
  })
  const wait = changed(
    'paso wait (Esperar): la duración cambió de «PT4H» a «PT90M»',
    'step wait (Wait): the duration changed from “PT4H” to “PT90M”',
  )
  const named = changed(
    'paso «Da: tiempo» (w, Esperar): se añadió el motivo: «P o no»',
    'step w (Wait): the key was added: “PT”',
  )
  const whole: Change = {
    change: 'stepAdded',
    nodeId: 'wait',
    path: '',
    says: { es: 'se añadió el paso wait (Esperar)', en: '' },
  }
  const none = stepsOf([], null)
  assert.deepEqual(
    [wait, named, whole].map((change) => changeWords(change, none, 'es')),
    ['la duración cambió de «4 horas» a «90 minutos»', 'se añadió el motivo: «P o no»', 'se añadió'],
  )
  assert.deepEqual(
    [wait, named, whole].map((change) => changeWords(change, none, 'en')),
    ['the duration changed from “4 hours” to “90 minutes”', 'the key was added: “PT”', 'was added'],
  )
})
