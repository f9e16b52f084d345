/** Rows that go to a statement as one parameter. */
export type RowSet = {
  /** They as a subquery, to be named: `select * from ${ROWS.from('$1')} as r`. */
  from(parameter: string): string
  /** The value of the parameter. What a row has no member for is null. */
  json(rows: readonly Readonly<Record<string, unknown>>[]): string
}

/**
 * A row is an array in the order of the columns: named members (`jsonb_to_recordset`) cost the server half as much again,
 * since it sorts them as it reads and searches them for each column.
 * @param columns names and types, as in a table's definition: `tenant text, id uuid, payload jsonb`
 */
export function rowSet(columns: string): RowSet {
  const named = columns.split(',').map((column) => {
    const [, name = '', type = ''] = /^\s*("?\w+"?)\s+([\w ]+?)\s*$/.exec(column) ?? []
    if (name === '') throw new Error(`this is no column: ${column}`)
    return { name, type, member: name.replaceAll('"', '') }
  })
  const picked = named.map(({ name, type }, i) =>
    type === 'jsonb' ? `nullif(e->${i}, 'null') as ${name}` : `(e->>${i})::${type} as ${name}`,
  )
  return {
    // `offset 0`: each member is read once, however often its column is named.
    from: (parameter) => `(select ${picked.join(', ')} from jsonb_array_elements(${parameter}::jsonb) as e offset 0)`,
    json: (rows) => JSON.stringify(rows.map((row) => named.map(({ member }) => row[member]))),
  }
}
