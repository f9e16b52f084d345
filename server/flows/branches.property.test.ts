import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { advance } from '#flows/interpreter.ts'
import { type Input, type Run, waitsOf } from '#flows/run.ts'
import { env, event, NOW, starting } from '#flows/testing.ts'
import { blocks, drawBlocks, modelOf } from '#flows/testing-branches.ts'

const lots = fc.array(fc.nat(), { maxLength: 60 })

test('branches, loops and arms inside each other visit what the model visits, over JSON', () => {
  fc.assert(
    fc.property(blocks, lots, (list, drawnLots) => {
      const made = drawBlocks(list)
      const visits = new Map<string, number>()
      const arms = new Map<string, number>()
      const ids: string[] = []
      const told = (run: Run | null, input: Input, now: number): Run => {
        const before = run === null ? null : (JSON.parse(JSON.stringify(run)) as Run)
        const { run: next, steps, effects } = advance(made.flow, before, input, now, env())
        for (const { nodeId, resumed, way, type } of steps) {
          if (resumed !== true) visits.set(nodeId, (visits.get(nodeId) ?? 0) + 1)
          if (type === 'split' && way !== undefined) arms.set(nodeId, Number(way.slice(1)))
        }
        for (const { kind, id } of effects) if (kind === 'http' || kind === 'emit') ids.push(id)
        return next
      }
      let now = NOW
      let run = told(null, starting(), now)
      const model = modelOf(made, (id) => arms.get(id) as number)
      const compare = () => {
        assert.notEqual(run.status, 'failed', JSON.stringify(run.failure))
        assert.deepEqual(
          waitsOf(run)
            .map(({ node }) => node)
            .sort(),
          [...model.waits].sort(),
        )
        assert.deepEqual([...visits].sort(), [...model.visits].sort())
        assert.equal(run.status, model.waits.length > 0 ? 'waiting' : 'completed')
        assert.equal(
          run.visits,
          [...visits.values()].reduce((sum, n) => sum + n, 0),
        )
      }
      compare()
      for (const [i, lot] of drawnLots.entries()) {
        const waits = waitsOf(run)
        const parked = waits[lot % waits.length]
        if (parked === undefined) break
        const { node, visit, kind } = parked
        now = Math.max(now, parked.wakeAt ?? 0)
        const wake = { kind: 'wake', node, visit } as const
        const input: Input =
          kind === 'event'
            ? { kind: 'event', event: event(`reply.${node}`, {}, 'e1', `r${i}`), position: i + 2 }
            : kind === 'outcome'
              ? { ...wake, outcome: { way: 'ok', value: {} } }
              : wake
        run = told(run, input, now)
        model.over(node)
        compare()
      }
      assert.equal(new Set(ids).size, ids.length, 'an effect id came twice')
    }),
    { numRuns: 2_000 },
  )
})
