import { escapeHtml, htmlPage, mark } from '#platform/http/page-style.ts'
import { type FieldLine, fieldLines, kindOf } from '#platform/http/schema-text.ts'

type Json = Record<string, unknown>
type Operation = {
  summary?: string
  description?: string
  tags?: string[]
  'x-permission'?: string
  parameters?: { name: string; in: string; required: boolean; schema: Json; description?: string }[]
  requestBody?: { content: Record<string, { schema: Json }> }
  responses: Record<string, { description?: string; $ref?: string; content?: Record<string, { schema: Json }> }>
}

/** The OpenAPI document as one page to read: no script, so that a strict policy can hold. */
export function referencePage(document: Json): string {
  const { info, paths } = document as { info: Json; paths: Record<string, Record<string, Operation>> }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? ''))]
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => (operation.tags?.[0] ?? '') === tag)
    return `<h2 id="${escapeHtml(tag)}">${escapeHtml(tag)}</h2>${own.map(section).join('')}`
  })
  const contents = tags.map((tag) => `<a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a>`).join(' · ')
  return htmlPage(
    'en',
    'Cauce: API reference',
    `${mark}<h1>API reference</h1><p class="quiet">${escapeHtml(String(info.title))} ${escapeHtml(String(info.version))} · <a href="/api/openapi.json">openapi.json</a></p>${paragraphs(String(info.description ?? ''))}<p>${contents}</p>${sections.join('')}`,
  )
}

function section({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary = '', description, parameters = [], requestBody, responses } = operation
  const fields = parameters.map(({ name, in: where, required, schema, description: what }) => {
    const place = where === 'query' ? '' : `in the ${where}`
    return { name, required, kind: kindOf(schema), what: [what ?? '', place].filter((part) => part !== '').join('; ') }
  })
  const body = Object.entries(requestBody?.content ?? {})[0]
  const answers = Object.entries(responses)
    .filter(([, { $ref }]) => $ref === undefined)
    .map(([status, { content }]) => `<h3>Answer ${status}</h3>${schemaText(content?.['application/json']?.schema)}`)
  const problems = Object.entries(responses)
    .filter(([, { $ref }]) => $ref !== undefined)
    .map(([status]) => status)
  const permission = operation['x-permission']
  return [
    `<details><summary><span class="method">${method}</span><code>${escapeHtml(path)}</code><span class="what">${escapeHtml(summary)}</span></summary>`,
    description === undefined ? '' : paragraphs(description),
    `<p class="quiet">${permission === undefined ? 'Open without a credential' : `Permission <code>${escapeHtml(permission)}</code>`}</p>`,
    fields.length === 0 ? '' : `<h3>Parameters</h3>${fieldTable(fields)}`,
    body === undefined ? '' : `<h3>Body (${escapeHtml(body[0])})</h3>${schemaText(body[1].schema)}`,
    `<h3>Try it</h3><pre>${escapeHtml(curl(method, path, body, permission === undefined))}</pre>`,
    ...answers,
    `<p class="quiet">Problems: ${problems.join(', ')}</p></details>`,
  ].join('')
}

function schemaText(schema: Json | undefined): string {
  if (schema === undefined || Object.keys(schema).length === 0) return ''
  const lines = fieldLines(schema)
  if (lines.length === 0) return `<p class="quiet">${escapeHtml(kindOf(schema))}</p>`
  return fieldTable(lines)
}

const fieldTable = (lines: readonly FieldLine[]): string =>
  `<table>${lines
    .map(
      ({ name, kind, required, what }) =>
        `<tr><td><code>${escapeHtml(name)}</code>${required ? '' : ' <span class="quiet">optional</span>'}</td><td>${escapeHtml(kind)}${what === '' ? '' : `<br><span class="quiet">${escapeHtml(what)}</span>`}</td></tr>`,
    )
    .join('')}</table>`

function curl(method: string, path: string, body: [string, { schema: Json }] | undefined, open: boolean): string {
  const lines = [`curl -X ${method} "$CAUCE_URL${path}"`]
  if (!open) lines.push('-H "Authorization: Bearer $CAUCE_API_KEY"')
  if (body?.[0] === 'application/json') {
    lines.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleOf(body[1].schema))}'`)
  }
  return lines.join(' \\\n  ')
}

/** A value that the schema takes, out of its own examples where it has some. */
export function exampleOf(schema: Json): unknown {
  const { examples, default: fallback, const: only, enum: choices, anyOf, allOf, type } = schema
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (fallback !== undefined) return fallback
  if (only !== undefined) return only
  if (Array.isArray(choices)) return choices[0]
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0] as Json)
  if (Array.isArray(allOf)) return Object.assign({}, ...allOf.map((part) => exampleOf(part as Json)))
  if (type === 'object') {
    const required = new Set((schema.required ?? []) as string[])
    const named = Object.entries((schema.properties ?? {}) as Record<string, Json>)
    return Object.fromEntries(
      named.filter(([name]) => required.has(name)).map(([name, part]) => [name, exampleOf(part)]),
    )
  }
  if (type === 'array') return schema.minItems === undefined ? [] : [exampleOf((schema.items ?? {}) as Json)]
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1
  if (type === 'boolean') return true
  if (type === 'null') return null
  return schema.format === 'date-time' ? '2026-01-31T12:00:00Z' : 'text'
}

/** Paragraphs and `code`, all the Markdown that our own descriptions use. */
const paragraphs = (text: string): string =>
  text
    .split('\n\n')
    .map((part) => `<p>${escapeHtml(part).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
    .join('')
