import type { Socket } from 'node:net'
import type pg from 'pg'

/** Prepared statement names by text: the program's statements are few and fixed. */
const names = new Map<string, string>()
const MAX_NAMES = 2_000

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined) return known
  if (names.size >= MAX_NAMES) return undefined
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

/** Runs a statement: prepared when it has values, so that hot statements are parsed and planned once. */
export async function runStatement<Row>(
  client: pg.ClientBase,
  text: string,
  values?: readonly unknown[],
): Promise<{ rows: Row[]; command: string }> {
  const prepared = values !== undefined && values.length > 0
  const name = prepared ? nameOf(text) : undefined
  const result = await client.query({
    text,
    ...(prepared ? { values: values as unknown[] } : {}),
    ...(name === undefined ? {} : { name }),
  })
  return { rows: result.rows as Row[], command: result.command }
}

/** The socket below, for corking several statements into one write. */
export const streamOf = (client: pg.ClientBase): Socket =>
  (client as pg.ClientBase & { connection: { stream: Socket } }).connection.stream
