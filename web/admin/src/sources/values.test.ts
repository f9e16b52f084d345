import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Pair } from './systems.ts'
import { headerIn, isUnknown, NEW, pairOf, valuesOf, wrongHeader } from './values.ts'

const pair: Pair = {
  id: 'messaging',
  namespace: 'urn:x',
  window: 'PT900S',
  leader: 'old',
  switching: null,
  lastSwitch: null,
  systems: [
    { name: 'new', role: 'follower', knownBy: { headers: { 'x-system': 'new: 2', 'X-Env': ' padded' } } },
    { name: 'old', role: 'leader', knownBy: { keys: ['k-1'], sources: ['/old/*', '/a, b'], brokerUsers: ['old'] } },
  ],
}

describe('the form of a pair of systems', () => {
  it('gives out all by which they are known as it read it', () => {
    const { window, systems } = pairOf(valuesOf(pair), pair.leader)
    assert.deepEqual(systems, pair.systems)
    assert.equal(window, 'PT15M')
  })
  it('lets who leads lead, in whatever order they stand', () => {
    const { systems } = pairOf(
      {
        ...NEW,
        systems: [
          { ...NEW.systems[0], name: ' a ' },
          { ...NEW.systems[1], name: 'b' },
        ] as never,
      },
      'b',
    )
    assert.deepEqual(
      systems.map(({ name, role, knownBy }) => [name, role, knownBy]),
      [
        ['a', 'follower', {}],
        ['b', 'leader', {}],
      ],
    )
  })
  it('reads a header as people write it, and says which is none or stands twice', () => {
    assert.deepEqual(headerIn('x-system:old'), { name: 'x-system', value: 'old' })
    assert.deepEqual(headerIn(' x-system : a: b'), { name: 'x-system', value: 'a: b' })
    for (const text of ['', 'x-system', 'x system: a', 'x-system: ', ': a']) assert.equal(headerIn(text), null, text)
    assert.deepEqual(wrongHeader(['a: 1', 'b']), { written: 'b', why: 'noHeader' })
    assert.deepEqual(wrongHeader(['a: 1', 'A: 2']), { written: 'A: 2', why: 'twice' })
    assert.equal(wrongHeader(['a: 1', 'b: 1']), null)
  })
  it('knows when nothing says how a system is known', () => {
    const [{ knownBy }] = NEW.systems as [(typeof NEW.systems)[0]]
    assert.equal(isUnknown(knownBy), true)
    assert.equal(isUnknown({ ...knownBy, brokerUsers: ['a'] }), false)
  })
})
