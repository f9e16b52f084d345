import assert from 'node:assert/strict'
import { it } from 'node:test'
import { goingOver, type Standing } from './going-over.ts'

const at = (nodeId: string, runs: number, fate: Standing['fate'], ...stays: number[]): Standing => ({
  ...{ nodeId, runs, fate },
  stays: stays.map((runs) => ({ runs })),
})
const nobody = () => false
const all = () => true

it('counts who goes over by where those at steps that are gone are sent', () => {
  const removed = { total: 29, standing: [at('wait', 29, 'removed')] }
  assert.deepEqual(goingOver(removed, nobody), { least: 0, most: 0 })
  assert.deepEqual(goingOver(removed, all), { least: 29, most: 29 })
  const mixed = { total: 12, standing: [at('a', 5, 'removed', 2), at('b', 4, 'changed', 1), at('c', 3, 'same')] }
  assert.deepEqual(goingOver(mixed, nobody), { least: 6, most: 6 })
  assert.deepEqual(goingOver(mixed, all), { least: 9, most: 9 })
})

it('knows within bounds how many go over where runs stand in several branches', () => {
  const branched = { total: 5, standing: [at('a', 4, 'removed'), at('b', 4, 'replaced'), at('c', 1, 'same')] }
  assert.deepEqual(
    goingOver(branched, (id) => id === 'a'),
    { least: 1, most: 1 },
  )
  assert.deepEqual(goingOver(branched, nobody), { least: 0, most: 1 })
})
