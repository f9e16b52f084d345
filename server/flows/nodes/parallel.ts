import { Type } from '@sinclair/typebox'
import { fork } from '#flows/forks.ts'
import { nodeKind } from '#flows/node-kind.ts'

/** Most edges that leave one node at once. */
const MOST = 50

/** Goes every way that leaves it at once: the branches wait, answer and end apart from each other. */
export const parallel = nodeKind({
  type: 'parallel',
  staysInside: true,
  definition: {
    title: { es: 'En paralelo', en: 'In parallel' },
    data: Type.Object({}, { additionalProperties: false }),
    ways: () => [],
    forks: true,
  },
  compile: () => null,
  advance(_ready, walk) {
    const { outs, rest } = walk.node
    const into = [...outs.values(), ...(rest === null ? [] : [rest])].slice(0, MOST)
    fork(walk, into)
    walk.step.way = 'each'
    walk.step.output = { branches: into.map(({ id }) => id) }
    return null
  },
})
