import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { HEIGHT, needsLayout, WIDTH } from './canvas.ts'
import { moved } from './edits.ts'
import { type Graph, graphFrom } from './graph.ts'
import { layOut } from './layout.ts'

const sample = async (name: string): Promise<Graph> =>
  graphFrom(
    JSON.parse(
      await readFile(new URL(`../../../../../server/flows/samples/es/${name}.flow.json`, import.meta.url), 'utf8'),
    ),
  )

describe('laying out', () => {
  it('puts what follows below, and no step on another', async () => {
    for (const name of [
      'abandoned-conversation',
      'lead-without-reply',
      'appointment-reminder',
      'complaint-follow-up',
    ]) {
      const graph = await sample(name)
      const places = layOut(graph)
      for (const [id, place] of places) {
        for (const [other, { x, y }] of places) {
          if (id >= other) continue
          assert.ok(
            Math.abs(place.x - x) >= WIDTH || Math.abs(place.y - y) >= HEIGHT,
            `${name}: ${id} lies on ${other}`,
          )
        }
      }
      assert.equal(needsLayout(moved(graph, places)), false, name)
    }
  })

  it('puts ways beside each other in the order in which they are read', async () => {
    const places = layOut(await sample('abandoned-conversation'))
    const [done, bye] = [places.get('done'), places.get('bye')]
    assert.ok(done && bye && done.x < bye.x, 'who comes back is left of who does not')
    assert.ok((places.get('start')?.y ?? 0) < (places.get('reply')?.y ?? 0))
  })
})
