type Json = Record<string, unknown>
type Document = Json & { paths: Json; components: { schemas: Json } }

/** What says that a schema is to have a name of its own: `Run`, and no sentence. */
const NAME = /^[A-Z][A-Za-z]*$/

/**
 * The document with the schemas whose title is a name moved to its components, so that generated types have names and
 * a change of one is a change in one place.
 * @throws Error when two different schemas have one name
 */
export function withNamedSchemas(document: Json): Json {
  const { paths, components, ...rest } = document as Document
  const schemas: Json = { ...components.schemas }
  const texts = new Map<string, string>()

  const walked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walked)
    if (typeof value !== 'object' || value === null) return value
    const made = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, walked(part)]))
    const { title } = made
    if (typeof title !== 'string' || !NAME.test(title)) return made
    const text = JSON.stringify(made)
    const known = texts.get(title)
    if (known !== undefined && known !== text) throw new Error(`two different schemas are named ${title}`)
    texts.set(title, text)
    schemas[title] = made
    return { $ref: `#/components/schemas/${title}` }
  }

  const found = walked(paths)
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { ...rest, paths: found, components: { ...components, schemas: sorted } }
}
