import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Graph, nodeOf } from './graph.ts'
import { differenceWords, withStepWords } from './step-words.ts'

const graph: Graph = {
  nodes: [
    { id: 'n2', type: 'wait', data: { for: 'PT2H' } },
    { id: 'says', type: 'message', data: { text: 'Hola' } },
    { id: 'call', type: 'http', data: { label: 'Cobrar (la hora)' } },
  ],
  edges: [],
}

const stepOf = (id: string) => nodeOf(graph, id)

it('calls steps what the drawing calls them, however the program names them', () => {
  const in_ = (es: string, en = es) => [
    withStepWords({ es, en }, stepOf, 'es'),
    withStepWords({ es, en }, stepOf, 'en'),
  ]
  assert.deepEqual(
    in_('tras un paso: siguió el paso n2 (Esperar), y seguiría el paso «Cobrar (la hora)» (call, Llamada)', ''),
    ['tras un paso: siguió «Esperar 2 horas», y seguiría «Cobrar (la hora)»', ''],
  )
  assert.equal(
    in_('', 'after 2 steps: it went to step n2 (Wait), and would go to step “Cobrar (la hora)” (call, Call)')[1],
    'after 2 steps: it went to “Wait 2 hours”, and would go to “Cobrar (la hora)”',
  )
  assert.equal(in_('la ejecución falló en el paso call: 500')[0], 'la ejecución falló en «Cobrar (la hora)»: 500')
  assert.deepEqual(in_('del paso says', 'of step says'), ['del «Escribir: “Hola”»', 'of “Write: ‘Hola’”'])
  // Of a step that no drawing has, and of what is none, it is said as it came.
  assert.equal(in_('el paso gone (Fin) diría algo')[0], 'el paso gone (Fin) diría algo')
  assert.equal(in_('tras 3 pasos: se quedó ahí')[0], 'tras 3 pasos: se quedó ahí')
})

it('calls what was what its version called it', () => {
  const real: Graph = { nodes: [{ id: 'n2', type: 'wait', data: { for: 'PT1H' } }], edges: [] }
  const es = 'tras un paso: siguió el paso n2 (Esperar), y seguiría el paso n2 (Esperar)'
  const path = { kind: 'path', real: 'n2', says: { es, en: '' } }
  assert.equal(
    differenceWords(path, { draft: graph, real }, 'es'),
    'tras un paso: siguió «Esperar 1 hora», y seguiría «Esperar 2 horas»',
  )
  const added = { kind: 'deedAdded', real: null, says: { es: 'el paso n2 (Esperar) haría algo', en: '' } }
  assert.equal(differenceWords(added, { draft: graph, real }, 'es'), '«Esperar 2 horas» haría algo')
})
