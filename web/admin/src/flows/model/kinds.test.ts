import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SETTINGS } from '../../../../../server/flows/flow-settings.ts'
import { KINDS as SERVED } from '../../../../../server/flows/nodes/kinds.ts'
import { wayWords as servedWords } from '../../../../../server/flows/way-words.ts'
import { FORMS, SETTINGS_FORM } from './forms.ts'
import type { Data } from './graph.ts'
import { KINDS } from './kinds.ts'
import { waysOf, wayWords } from './ways.ts'

/** Settings under which a kind may have other ways than when it is new. */
const OTHER_SETTINGS: { [type: string]: Data[] } = {
  waitForEvent: [{ event: 'a.b' }],
  approval: [{ to: 'a@b.c', text: 'x' }],
  branch: [
    {
      cases: [
        { handle: 'a', when: 'true' },
        { handle: 'b', when: 'true' },
      ],
    },
  ],
  split: [{ arms: [{ handle: 'one', weight: 1 }] }],
}

describe('kinds of steps', () => {
  it('are all those that the program has, by the same names', () => {
    assert.deepEqual([...KINDS.keys()].toSorted(), [...SERVED.keys()].toSorted())
    for (const [type, { definition }] of SERVED) assert.deepEqual(KINDS.get(type)?.title, definition.title, type)
  })

  it('have the ways that the program knows', () => {
    for (const [type, { definition }] of SERVED) {
      const kind = KINDS.get(type)
      assert.ok(kind)
      for (const data of [kind.starter, ...(OTHER_SETTINGS[type] ?? [])]) {
        assert.deepEqual(kind.ways(data), (definition.ways as (data: Data) => string[])(data), type)
      }
      assert.equal(kind.starts === true, definition.starts === true, type)
      assert.equal(kind.forks === true, definition.forks === true, type)
      assert.equal(kind.undoable === true, definition.undoable === true, type)
    }
  })

  it('have ways that go by the same words as in the sentences of the program', () => {
    const ways = ['error', 'undo', ...[...KINDS.values()].flatMap(({ ways, starter }) => ways(starter))]
    for (const way of ways) assert.deepEqual(wayWords(way), servedWords(way), way)
  })

  it('have a form with a field for every setting that the program takes', () => {
    for (const [type, { definition }] of SERVED) {
      const known = Object.keys((definition.data as unknown as { properties: object }).properties)
      const shown = (FORMS[type] ?? []).flatMap((field) => field.covers ?? [field.name])
      assert.deepEqual(shown.toSorted(), known.toSorted(), `settings of ${type}`)
    }
  })

  it('draw edges that name a way no longer there, so that nobody loses them', () => {
    const node = { id: 'n', type: 'branch', data: { cases: [] } }
    const ways = waysOf(node, [{ id: 'e', source: 'n', sourceHandle: 'gone', target: 'm' }])
    assert.deepEqual(
      ways.map(({ id, role }) => [id, role]),
      [
        ['else', 'own'],
        ['gone', 'aside'],
      ],
    )
  })
})

describe('settings of a flow', () => {
  it('have a field for everything that the program takes', () => {
    assert.deepEqual(SETTINGS_FORM.map(({ name }) => name).toSorted(), Object.keys(SETTINGS.properties).toSorted())
  })
})
