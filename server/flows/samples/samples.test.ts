import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import type { NamedCase } from '#flows/cases/case.ts'
import type { Graph } from '#flows/graph.ts'
import { checkDocument } from '#flows/portable/check.ts'
import { documentOf } from '#flows/portable/document.ts'
import { readSample, SAMPLES, type SampleId } from '#flows/samples/samples.ts'

const LANGUAGES = ['es', 'en'] as const
const text = (language: string, id: SampleId) =>
  readFile(new URL(`./${language}/${id}.flow.json`, import.meta.url), 'utf8')

type Data = { [name: string]: unknown; label?: string; outcome?: string; reason?: string }
type Told = { readonly handle: string }

/** The ways that an author named, by the node: they are words too. */
const handlesOf = ({ nodes }: Graph): Map<string, string[]> =>
  new Map(
    nodes.map(({ id, data }) => {
      const { arms = [], cases = [] } = (data ?? {}) as { arms?: Told[]; cases?: Told[] }
      return [id, [...arms, ...cases].map(({ handle }) => handle)]
    }),
  )

/** A flow without the words in which it is told. */
function plan(graph: Graph) {
  const handles = handlesOf(graph)
  const unnamed = (node: string, handle: unknown) => {
    const at = handles.get(node)?.indexOf(handle as string) ?? -1
    return at < 0 ? handle : at
  }
  const told = (node: string, list: unknown) =>
    (list as Told[] | undefined)?.map((one) => ({ ...one, handle: unnamed(node, one.handle) }))
  return {
    settings: graph.settings,
    nodes: graph.nodes.map(({ id, data, ...node }) => {
      const { label: _label, outcome: _outcome, reason: _reason, ...rest } = (data ?? {}) as Data
      const ways = { arms: told(id, rest.arms), cases: told(id, rest.cases), holdout: unnamed(id, rest.holdout) }
      return { ...node, id, data: { ...rest, ...ways } }
    }),
    edges: graph.edges
      .map(({ sourceHandle, ...edge }) => ({ ...edge, way: unnamed(edge.source, sourceHandle) }))
      .sort((a, b) => Number(a.id) - Number(b.id)),
  }
}

/** What a case tries, without its words; cases stand in the order of their names. */
const tries = (cases: readonly NamedCase[] | null): string[] =>
  (cases ?? [])
    .map(({ event, later, expect: { status, steps, messages } }) =>
      JSON.stringify([event.type, event.subtype, later?.map(({ after }) => after), status, steps, messages]),
    )
    .sort()

const wordsOf = ({ name, nodes, ...rest }: Graph) => [
  name,
  (rest as { description?: string }).description,
  ...nodes.flatMap(({ data }) => {
    const { label, outcome, reason } = (data ?? {}) as Data
    return [label, outcome, reason].filter((word) => word !== undefined)
  }),
  ...[...handlesOf({ nodes, edges: [] }).values()].flat(),
]

describe('the flows that ship', () => {
  for (const language of LANGUAGES) {
    it(`are all told of in ${language}`, async () => {
      const files = await readdir(new URL(`./${language}/`, import.meta.url))
      assert.deepEqual(files.sort(), SAMPLES.map((id) => `${id}.flow.json`).sort())
    })

    for (const id of SAMPLES) {
      it(`${language}/${id}: every case of it comes as expected`, async () => {
        const { faults, verdicts } = await checkDocument(JSON.parse(await text(language, id)))
        assert.deepEqual(faults, [])
        assert.ok(verdicts.length >= 4)
        assert.deepEqual(
          verdicts.filter(({ passed }) => !passed).map(({ name, misses }) => [name, misses]),
          [],
        )
      })

      it(`${language}/${id}: the file is as an export would write it, and every step has a name`, async () => {
        const document = await readSample(id, language)
        // The order is that of an export; line breaks are the formatter's.
        assert.equal(JSON.stringify(JSON.parse(await text(language, id))), JSON.stringify(documentOf(document)))
        for (const node of document.graph.nodes) assert.ok((node.data as Data).label, node.id)
      })
    }
  }

  for (const id of SAMPLES) {
    it(`${id} is the same flow in both languages, told in other words throughout`, async () => {
      const [es, en] = [await readSample(id, 'es'), await readSample(id, 'en')]
      assert.deepEqual(plan(es.graph), plan(en.graph))
      assert.deepEqual(tries(es.cases), tries(en.cases))
      const spanish = new Set([...wordsOf(es.graph), ...(es.cases ?? []).map(({ name }) => name)])
      const english = [...wordsOf(en.graph), ...(en.cases ?? []).map(({ name }) => name)]
      assert.deepEqual(
        english.filter((word) => spanish.has(word)),
        [],
      )
    })
  }
})
