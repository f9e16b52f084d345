import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDraft, type Draft, type Keeper } from './draft.ts'
import { added, changed } from './edits.ts'
import { EMPTY, type Graph } from './graph.ts'

/** A program that keeps one draft, and a clock that is moved by hand. */
function bench(mayWrite = true) {
  let at = 0
  const due: { at: number; act: () => void }[] = []
  const stored = { graph: EMPTY as Graph, revision: 1 }
  const saves: Graph[] = []
  const checks: Graph[] = []
  let broken = false
  let deaf = false
  const keeper: Keeper = {
    async save(graph, revision) {
      if (broken) throw new Error('away')
      if (revision !== stored.revision) return null
      stored.graph = graph
      stored.revision++
      saves.push(graph)
      if (deaf) throw new Error('the answer was lost')
      return { revision: stored.revision, faults: [], warnings: [] }
    },
    async check(graph) {
      checks.push(graph)
      return { faults: [{ path: '', message: `${graph.nodes.length} steps` }], warnings: [] }
    },
    read: async () => ({ ...stored }),
    changedSince: async () => ({ changes: [], by: 'user:2', at: null }),
    later(ms, act) {
      const item = { at: at + ms, act }
      due.push(item)
      return () => {
        const found = due.indexOf(item)
        if (found !== -1) due.splice(found, 1)
      }
    },
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  async function pass(ms: number) {
    const until = at + ms
    for (;;) {
      const next = due.filter((item) => item.at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      due.splice(due.indexOf(next), 1)
      at = next.at
      next.act()
      await settle()
    }
    at = until
    await settle()
  }
  const draft: Draft = createDraft(stored, keeper, mayWrite, () => at)
  const add = (type = 'end') => draft.change((graph) => added(graph, type, { x: 0, y: 0 }).graph)
  const fail = (is: boolean) => {
    broken = is
  }
  const miss = (is: boolean) => {
    deaf = is
  }
  return { draft, stored, saves, checks, pass, add, fail, miss }
}

describe('a draft', () => {
  it('is judged soon after a change, and kept when there is a rest', async () => {
    const { draft, saves, checks, pass, add } = bench()
    await pass(0)
    assert.equal(checks.length, 1)
    add()
    add()
    assert.deepEqual([draft.state().keeping, draft.state().checking], ['ahead', true])
    await pass(350)
    assert.equal(draft.state().faults[0]?.says.en, '2 steps')
    assert.equal(saves.length, 0)
    await pass(1_150)
    assert.deepEqual([saves.length, draft.state().keeping, draft.state().revision], [1, 'kept', 2])
    assert.equal(checks.length, 2)
  })

  it('is kept within ten seconds while somebody edits without a rest', async () => {
    const { saves, pass, add } = bench()
    for (let i = 0; i < 21; i++) {
      add()
      await pass(1_000)
    }
    assert.equal(saves.length, 2)
  })

  it('is kept anew when it was drawn on while it was saved', async () => {
    const { draft, stored, pass, add } = bench()
    add()
    const saved = draft.flush()
    add()
    assert.equal(await saved, false)
    await pass(2_000)
    assert.equal(stored.graph.nodes.length, 2)
    assert.equal(draft.state().keeping, 'kept')
  })

  it('joins what somebody else saved with what is drawn here, where both changed something else', async () => {
    const { draft, stored, saves, pass, add } = bench()
    add('wait')
    add('end')
    await pass(2_000)
    const theirs = changed(structuredClone(stored.graph), 'wait', { label: 'Theirs' })
    Object.assign(stored, { graph: { ...theirs, name: 'Theirs' }, revision: 7 })
    draft.change((graph) => changed(graph, 'end', { outcome: 'mine' }))
    draft.change((graph) => changed(graph, 'end', { label: 'Mine' }))
    await pass(2_000)
    const { joining, keeping, conflict, revision } = draft.state()
    assert.deepEqual([joining?.by, keeping, conflict, revision], ['user:2', 'kept', null, 8])
    const said = () => draft.state().history.present.nodes.map(({ data: { label, outcome } }) => [label, outcome])
    assert.deepEqual(said(), [
      ['Theirs', undefined],
      ['Mine', 'mine'],
    ])
    assert.equal(saves.at(-1), draft.state().history.present)
    // Steps back take back what was done here, and nothing of theirs.
    draft.undo()
    draft.undo()
    assert.deepEqual(said()[0], ['Theirs', undefined])
    assert.equal(said()[1]?.[0], undefined)
    draft.undo()
    assert.deepEqual([said(), stored.graph.name], [[['Theirs', undefined]], 'Theirs'])
    await pass(2_000)
    assert.equal(stored.graph.nodes[0]?.data.label, 'Theirs')
    for (let i = 0; i < 3; i++) draft.redo()
    assert.deepEqual(said()[1], ['Mine', 'mine'])
  })

  it('is joined and kept where it is closed, and needs no save where both did the same', async () => {
    const one = bench()
    Object.assign(one.stored, { graph: { ...EMPTY, name: 'Theirs' }, revision: 7 })
    one.add()
    one.draft.close()
    await one.pass(0)
    assert.deepEqual([one.stored.graph.name, one.stored.graph.nodes.length], ['Theirs', 1])
    const two = bench()
    two.add()
    const same = structuredClone(two.draft.state().history.present)
    Object.assign(two.stored, { graph: { ...same, name: 'Theirs' }, revision: 7 })
    await two.pass(2_000)
    const { keeping, history } = two.draft.state()
    assert.deepEqual([keeping, history.present.name, two.saves.length], ['kept', 'Theirs', 0])
  })

  it('calls its new step otherwise where somebody else saved another one of that name', async () => {
    const { draft, stored, pass, add } = bench()
    Object.assign(stored, {
      graph: changed(added(EMPTY, 'end', { x: 9, y: 0 }).graph, 'end', { label: 'T' }),
      revision: 7,
    })
    add()
    await pass(2_000)
    assert.deepEqual([...(draft.state().joining?.renames ?? [])], [['end', 'end-2']])
    const labels = Object.fromEntries(stored.graph.nodes.map(({ id, data }) => [id, data.label]))
    assert.deepEqual(labels, { end: 'T', 'end-2': undefined })
  })

  /** Both named it. */
  async function inDispute() {
    const one = bench()
    Object.assign(one.stored, {
      graph: { ...added(EMPTY, 'trigger', { x: 0, y: 0 }).graph, name: 'Theirs' },
      revision: 7,
    })
    one.add()
    one.draft.change((graph) => ({ ...graph, name: 'Mine' }))
    await one.pass(2_000)
    const { conflict, keeping } = one.draft.state()
    assert.deepEqual([keeping, conflict?.disputes.map(({ path }) => path)], ['conflict', ['/name']])
    assert.deepEqual([conflict?.kept.revision, conflict?.theirs.by], [7, 'user:2'])
    return one
  }
  const typesIn = ({ nodes }: Graph) => nodes.map(({ type }) => type)

  it('never overwrites what somebody else saved where both changed the same: it waits for a choice', async () => {
    const { draft, stored, saves, pass, add } = await inDispute()
    add()
    await pass(60_000)
    assert.equal(saves.length, 0)
    draft.keepMine()
    await pass(0)
    assert.deepEqual([stored.revision, typesIn(stored.graph), draft.state().keeping], [8, ['end', 'end'], 'kept'])
  })

  it('joins both where that is chosen, and is as here where both changed the same', async () => {
    const { draft, stored, pass } = await inDispute()
    draft.joinBoth()
    await pass(0)
    assert.deepEqual([stored.graph.name, typesIn(stored.graph).toSorted()], ['Mine', ['end', 'trigger']])
    assert.deepEqual([draft.state().keeping, draft.state().conflict], ['kept', null])
    draft.undo()
    assert.equal(draft.state().history.present.name, 'Theirs')
  })

  it('takes what somebody else saved, one step from what was drawn here', async () => {
    const { draft, stored, pass } = await inDispute()
    await draft.takeTheirs()
    assert.deepEqual([draft.state().history.present, draft.state().keeping], [stored.graph, 'kept'])
    draft.undo()
    assert.equal(draft.state().history.present.nodes[0]?.type, 'end')
    await pass(2_000)
    assert.equal(stored.graph.nodes[0]?.type, 'end')
  })

  it('follows what somebody else saved while nothing here is unkept', async () => {
    const { draft, stored, pass, add } = bench()
    const theirs = { graph: added(EMPTY, 'trigger', { x: 0, y: 0 }).graph, revision: 2 }
    Object.assign(stored, theirs)
    draft.follow(theirs)
    const shown = () => draft.state().history.present.nodes.map(({ type }) => type)
    assert.deepEqual([shown(), draft.state().history.past.length], [['trigger'], 0])
    add()
    // An answer that was on its way before.
    draft.follow({ graph: EMPTY, revision: 7 })
    assert.deepEqual(shown(), ['trigger', 'end'])
    await pass(2_000)
    draft.follow({ graph: EMPTY, revision: 2 })
    assert.deepEqual([shown(), draft.state().keeping, stored.revision], [['trigger', 'end'], 'kept', 3])
    draft.follow({ graph: EMPTY, revision: 4 })
    assert.deepEqual(shown(), [])
    draft.undo()
    assert.deepEqual(shown(), ['trigger', 'end'])
  })

  it('tries again when the program was away, and keeps all that was drawn', async () => {
    const { draft, stored, pass, add, fail } = bench()
    fail(true)
    add()
    await pass(1_500)
    assert.equal(draft.state().keeping, 'failed')
    fail(false)
    await pass(10_000)
    assert.deepEqual([draft.state().keeping, stored.graph.nodes.length], ['kept', 1])
  })

  it('does not take its own save for that of somebody else where the answer to it was lost', async () => {
    const { draft, stored, saves, pass, add, miss } = bench()
    miss(true)
    add()
    await pass(1_500)
    assert.deepEqual([draft.state().keeping, stored.revision], ['failed', 2])
    miss(false)
    // As it comes back: members in another order.
    stored.graph = { edges: stored.graph.edges, nodes: stored.graph.nodes }
    add()
    await pass(10_000)
    assert.deepEqual([draft.state().keeping, draft.state().conflict, stored.graph.nodes.length], ['kept', null, 2])
    miss(true)
    add()
    await pass(1_500)
    miss(false)
    // Somebody went on from what was kept unheard: that is no second step of that name.
    const [, , third] = stored.graph.nodes
    stored.graph = changed(structuredClone(stored.graph), third?.id ?? '', { label: 'Theirs' })
    stored.revision++
    draft.change((graph) => changed(graph, third?.id ?? '', { outcome: 'mine' }))
    await pass(10_000)
    assert.deepEqual([draft.state().keeping, saves.length, stored.graph.nodes.length], ['kept', 4, 3])
    assert.deepEqual(stored.graph.nodes[2]?.data, { ...third?.data, label: 'Theirs', outcome: 'mine' })
  })

  it('is kept when steps back and forth lead to what is kept', async () => {
    const { draft, saves, pass, add } = bench()
    add()
    await pass(2_000)
    draft.undo()
    await pass(300)
    assert.equal(draft.state().keeping, 'ahead')
    draft.redo()
    assert.equal(draft.state().keeping, 'kept')
    await pass(10_000)
    assert.deepEqual([draft.state().keeping, await draft.flush(), saves.length], ['kept', true, 1])
  })

  it('is sent once more where a step back follows a save that may have come through', async () => {
    const { draft, stored, pass, add, miss } = bench()
    add()
    await pass(2_000)
    const before = stored.graph
    miss(true)
    add()
    await pass(2_000)
    draft.undo()
    assert.equal(draft.state().keeping, 'ahead')
    miss(false)
    // First it learns what was kept, then it keeps what is here.
    await pass(4_000)
    assert.deepEqual([draft.state().keeping, stored.graph === before, draft.state().conflict], ['kept', true, null])
  })

  it('sees no conflict where what is stored does not differ', async () => {
    const { draft, stored, pass, add } = bench()
    add()
    stored.graph = structuredClone(draft.state().history.present)
    stored.revision = 5
    await pass(1_500)
    assert.deepEqual([draft.state().keeping, draft.state().conflict, draft.state().revision], ['kept', null, 5])
  })

  it('is kept when it is closed, and judged but not kept for whoever may not write', async () => {
    const one = bench()
    one.add()
    one.draft.close()
    await one.pass(0)
    assert.equal(one.saves.length, 1)
    const two = bench(false)
    two.draft.change((graph) => changed(added(graph, 'end', { x: 0, y: 0 }).graph, 'end', { outcome: 'x' }))
    await two.pass(20_000)
    assert.deepEqual([two.saves.length, two.checks.length], [0, 2])
  })
})
