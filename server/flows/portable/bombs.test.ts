import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Format, readForeign } from '#flows/portable/formats.ts'

const n8nStep = (name: string, kind: string, parameters: object = {}) => ({
  name,
  type: `n8n-nodes-base.${kind}`,
  parameters,
})
const leads = (...to: string[]) => ({ main: [to.map((node) => ({ node }))] })
const numbers = (n: number) => Array.from({ length: n }, (_one, i) => i)

/** Files whose author means no good. */
const BOMBS: { name: string; format: Format; file: unknown }[] = [
  {
    name: 'a row of 20,000 steps',
    format: 'n8n',
    file: {
      nodes: numbers(20_000).map((i) => ({ name: `${i}` })),
      connections: Object.fromEntries(numbers(20_000).map((i) => [`${i}`, leads(`${i + 1}`)])),
    },
  },
  {
    name: 'ways that double at each of 60 steps which do nothing',
    format: 'n8n',
    file: {
      nodes: [
        n8nStep('start', 'manualTrigger'),
        ...numbers(60).flatMap((i) => [n8nStep(`a${i}`, 'noOp'), n8nStep(`b${i}`, 'noOp')]),
      ],
      connections: {
        start: leads('a0', 'b0'),
        ...Object.fromEntries(
          numbers(60).flatMap((i) => ['a', 'b'].map((side) => [`${side}${i}`, leads(`a${i + 1}`, `b${i + 1}`)])),
        ),
      },
    },
  },
  {
    name: 'braces that are never closed',
    format: 'n8n',
    file: {
      nodes: [
        n8nStep('s', 'set', { assignments: { assignments: [{ name: 'x', value: `=${'{{'.repeat(300_000)}` }] } }),
      ],
    },
  },
  {
    name: 'a path of dashes',
    format: 'n8n',
    file: { nodes: [n8nStep('w', 'webhook', { path: `a${'-'.repeat(500_000)}a` })] },
  },
  {
    name: 'a comparison that every object has',
    format: 'n8n',
    file: {
      nodes: [
        n8nStep('i', 'if', {
          conditions: { conditions: [{ leftValue: 1, rightValue: 2, operator: { operation: '__proto__' } }] },
        }),
      ],
    },
  },
  {
    name: 'a unit that every object has',
    format: 'n8n',
    file: { nodes: [n8nStep('w', 'wait', { amount: 1, unit: '__proto__' })] },
  },
  {
    name: 'an open output full of spaces',
    format: 'typebot',
    file: {
      edges: [],
      variables: [{ id: 'v', name: 'v' }],
      groups: [
        {
          id: 'g',
          blocks: [
            { id: 't', type: 'text', content: { plainText: `{{${' '.repeat(400_000)}` } },
            {
              id: 's',
              type: 'Set variable',
              options: { variableId: 'v', expressionToEvaluate: `{{a${' '.repeat(400_000)}b` },
            },
          ],
        },
      ],
    },
  },
  {
    name: 'an operator that every object has',
    format: 'typebot',
    file: {
      edges: [],
      variables: [{ id: 'v', name: 'v' }],
      groups: [
        {
          id: 'g',
          blocks: [
            {
              id: 'c',
              type: 'Condition',
              items: [{ content: { comparisons: [{ variableId: 'v', comparisonOperator: '__proto__' }] } }],
            },
          ],
        },
      ],
    },
  },
  ...['<a', '<style>', '<script></style>'].map((piece) => ({
    name: `a page of ${piece}`,
    format: 'novu' as const,
    file: { steps: [{ type: 'email', controlValues: { body: piece.repeat(100_000) } }] },
  })),
]

for (const { name, format, file } of BOMBS) {
  test(`a file of ${format} with ${name} is read or refused at once`, () => {
    const began = process.cpuUsage()
    const { document, faults } = readForeign(format, file)
    const { user, system } = process.cpuUsage(began)
    assert.ok(document !== undefined || faults.length > 0)
    assert.ok(user + system < 500_000, `${(user + system) / 1_000} ms`)
  })
}
