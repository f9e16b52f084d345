import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import type { TSchema } from '@sinclair/typebox'
import { caseBody } from '#flows/cases/case.ts'
import { compileCel } from '#flows/cel.ts'
import { compileGraph } from '#flows/compile.ts'
import { SETTINGS } from '#flows/flow-settings.ts'
import type { Graph, GraphNode } from '#flows/graph.ts'
import { KINDS } from '#flows/nodes/kinds.ts'
import { checkDocument } from '#flows/portable/check.ts'
import { compileText } from '#flows/texts.ts'
import { bodyValidator } from '#platform/http/schema.ts'
import { allRoutes } from './openapi.ts'

const PAGES = [
  { page: 'es/flujos.md', settings: '## Ajustes del flujo', cases: '## Probar antes' },
  { page: 'en/flows.md', settings: '## Settings of the flow', cases: '## Try it first' },
]

type Block = { language: string; text: string }

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', inside = '']) => ({
    language,
    text: inside,
  }))

/** A part of the page, from its heading to the next one that is as high. */
function sectionOf(text: string, heading: string): string {
  const level = heading.split(' ', 1)[0] ?? ''
  const from = text.indexOf(`\n${heading}`)
  assert.notEqual(from, -1, `the page has no ${heading}`)
  const next = text.slice(from + 1).search(new RegExp(`\n#{1,${level.length}} `))
  return next === -1 ? text.slice(from) : text.slice(from, from + 1 + next)
}

/** Names of all that a value can hold, at any depth. */
function* namesOf(schema: TSchema): Generator<string> {
  const {
    properties = {},
    anyOf = [],
    items,
  } = schema as {
    properties?: { [name: string]: TSchema }
    anyOf?: TSchema[]
    items?: TSchema
  }
  for (const [name, part] of Object.entries(properties)) {
    yield name
    yield* namesOf(part)
  }
  for (const part of [...anyOf, ...(items === undefined ? [] : [items])]) yield* namesOf(part)
}

/** Whether the words of a section explain a name: an example alone explains nothing. */
const explains = (section: string, name: string) =>
  [...section.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].some(
    ([, code = '']) => code === name || code.includes(`"${name}"`),
  )

type Shown = { id: string; type: string; data: { [name: string]: never } }
const START = { id: 'begins', type: 'trigger', data: { event: 'go' } }
const END = { id: 'ends', type: 'end', data: {} }

/** Steps shown by themselves, one after the other in a flow with a goal; triggers all lead to its end. */
function around(nodes: readonly Shown[]): Graph {
  const triggers = nodes.filter(({ type }) => type === 'trigger')
  const steps = nodes.filter(({ type }) => type !== 'trigger')
  const end = steps.at(-1)?.type === 'end' ? [] : [END]
  const all = [...(triggers.length > 0 ? triggers : [START]), ...steps, ...end]
  const edges = all.slice(0, -1).map(({ id, type }, i) => {
    const target = type === 'trigger' ? (steps[0] ?? END) : (all[i + 1] ?? END)
    return { id: `${i}`, source: id, target: target.id }
  })
  return { settings: { goal: { event: 'back' } }, nodes: all as unknown as GraphNode[], edges }
}

/** Everything that is wrong with an example, in words. */
async function faultsOf(shown: unknown, before: Graph | null): Promise<string[]> {
  const value = shown as { cauce?: string; nodes?: unknown; settings?: never; event?: unknown; expect?: unknown }
  const compiled = (graph: unknown) =>
    (compileGraph(graph).faults ?? []).map(({ nodeId, path, says: { en } }) => `${nodeId} ${path} ${en}`)
  if (Array.isArray(shown)) return compiled(around(shown as Shown[]))
  // Whoever copies it imports it as it is printed.
  if (value.nodes !== undefined)
    return (await checkDocument(shown)).faults.map(({ path, says: { en } }) => `${path} ${en}`)
  if (value.settings !== undefined) return compiled({ ...around([]), settings: value.settings })
  if (value.expect === undefined) return compiled(around([shown as Shown]))
  // A case is of the flow that the page shows first.
  const { faults, verdicts } = await checkDocument({ cauce: 'flow/1', ...before, cases: [shown] })
  return [...faults, ...verdicts.flatMap(({ misses }) => misses)].map(({ path, says: { en } }) => `${path} ${en}`)
}

for (const { page, settings, cases } of PAGES) {
  describe(`docs/${page}`, async () => {
    const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
    const blocks = blocksOf(text)
    const shown = blocks.filter(({ language }) => language === 'json').map(({ text: json }) => JSON.parse(json))
    const [first] = shown as Graph[]

    for (const [type, { definition }] of KINDS) {
      it(`tells of ${type}: every setting and every way out`, () => {
        const section = sectionOf(text, `### \`${type}\``)
        const silent = [...new Set(namesOf(definition.data))].filter((name) => !explains(section, name))
        assert.deepEqual(silent, [], 'settings that it does not explain')
        const examples = shown
          .flatMap((one) => (Array.isArray(one) ? one : [one, ...(one.nodes ?? [])]))
          .filter((node) => node.type === type)
        const ways = examples.flatMap(({ data }) => [...(definition.ways as (data: unknown) => string[])(data)])
        if (Object.keys(definition.data.properties).length > 0) assert.ok(examples.length > 0, 'no example of it')
        assert.deepEqual(
          [...new Set(ways)].filter((way) => !explains(section, way) && !section.includes(`"handle": "${way}"`)),
          [],
          'ways out that it does not name',
        )
      })
    }

    it('tells of every setting of a flow, and of every part of a case', () => {
      const silent = [...namesOf(SETTINGS)].filter((name) => !explains(sectionOf(text, settings), name))
      assert.deepEqual(silent, [])
      const parts = Object.keys(caseBody.properties).filter((name) => !explains(sectionOf(text, cases), name))
      assert.deepEqual(parts, [])
    })

    it('shows flows, steps and cases that hold', async () => {
      assert.ok(shown.length > 25)
      for (const one of shown) assert.deepEqual(await faultsOf(one, first ?? null), [], JSON.stringify(one))
    })

    it('shows conditions and texts that are understood', () => {
      const lines = (wanted: string) =>
        blocks.filter(({ language }) => language === wanted).flatMap(({ text: many }) => many.trim().split('\n'))
      const conditions = lines('cel')
      const texts = lines('liquid')
      assert.ok(conditions.length >= 10 && texts.length >= 6)
      const names = ['event', 'last', 'contact', 'encounter', 'queue', 'vars', 'now', 'link']
      const wrong = [
        ...conditions.flatMap((source) => compileCel(source, 'value').faults ?? []),
        ...texts.flatMap((source) => compileText(source, names).faults ?? []),
      ]
      assert.deepEqual(wrong, [])
    })

    it('asks what the API answers', async () => {
      const routes = (await allRoutes()).map((route) => ({
        ...route,
        form: new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`),
      }))
      const asked = blocks
        .filter(({ language }) => language === 'sh')
        .flatMap(({ text: commands }) => [...commands.matchAll(/call (\w+) (\S+?)\)?(?:[ \n]+-d '([^']*)'|$|\s)/gm)])
      assert.ok(asked.length >= 10)
      for (const [command, method, url = '', body] of asked) {
        const path = url.split('?', 1)[0] ?? ''
        const found = routes.filter((route) => route.method === method && route.form.test(path))
        assert.ok(found.length > 0, `there is no ${method} ${path}`)
        if (body === undefined) continue
        const faults = found.map((route) =>
          route.body === undefined ? [] : bodyValidator(route.body)(JSON.parse(body)),
        )
        assert.ok(faults.includes(null), `${command}: ${JSON.stringify(faults)}`)
      }
    })

    it('names routes that there are', async () => {
      const paths = (await allRoutes()).map(({ path }) => path.replace(/:\w+/g, '{}'))
      const named = [...text.matchAll(/`(?:(?:GET|PUT|POST) )?(\/api\/v1\/[^`\s?]*)/g)].map(([, path = '']) =>
        path.replace(/\{\w+\}/g, '{}'),
      )
      assert.ok(named.length > 5)
      assert.deepEqual(
        named.filter((path) => !paths.includes(path)),
        [],
      )
    })
  })
}
