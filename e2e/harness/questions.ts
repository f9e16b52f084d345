import { NOBODY } from './door.ts'

type Schema = {
  const?: unknown
  anyOf?: readonly Schema[]
  enum?: readonly unknown[]
  type?: string
  format?: string
  pattern?: string
  minimum?: number
}
type Parameter = { name: string; in: string; schema: Schema }
export type Paths = Readonly<
  Record<string, Readonly<Record<string, { requestBody?: unknown; parameters?: readonly Parameter[] }>>>
>

/** It goes on for ever. */
const STREAM = '/api/v1/live'

/** A question for each GET of an OpenAPI document, with all that can be asked in its path and its query but a place to go on from. */
export const questionsOf = (paths: Paths): string[] =>
  Object.entries(paths).flatMap(([path, { get }]) => {
    if (get === undefined || path === STREAM) return []
    const parameters = get.parameters ?? []
    const value = ({ name, schema }: Parameter) => encodeURIComponent(String(sample(name, schema)))
    const route = parameters
      .filter((parameter) => parameter.in === 'path')
      .reduce((text, parameter) => text.replace(`{${parameter.name}}`, value(parameter)), flowIn(path))
    const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.name !== 'cursor')
    if (query.length === 0) return [route]
    return [`${route}?${query.map((parameter) => `${parameter.name}=${value(parameter)}`).join('&')}`]
  })

const flowIn = (path: string) => path.replace('/flows/{id}', '/flows/{flow}')

function sample(name: string, schema: Schema): unknown {
  const [first] = schema.enum ?? schema.anyOf ?? []
  if (schema.const !== undefined) return schema.const
  if (first !== undefined) return typeof first === 'object' ? sample(name, first as Schema) : first
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 0, 5)
  if (schema.format === 'uuid') return NOBODY
  if (schema.format === 'date-time' || name === 'olderThan')
    return `${/^(to|until)$/.test(name) ? 2027 : 2026}-01-01T00:00:00Z`
  if (name === 'locale') return 'es'
  return schema.pattern?.includes('draft') ? 1 : 'a'
}
