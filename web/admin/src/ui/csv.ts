/** Files for a spreadsheet. */

export type CsvValue = string | number | boolean | null | undefined
export type CsvColumn<T> = { readonly title: string; readonly value: (row: T) => CsvValue }

/** Spreadsheets run a cell that begins so as a formula, wherever its text came from; some skip what cannot be seen before it. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u

/**
 * What stands between two cells: a spreadsheet opens a file by what its country puts there, and a country that writes 1,5 puts a
 * semicolon. With a comma all of a row came into one cell.
 * @param browser languages, of which the first tells the country
 */
export const separatorOf = ([first = 'en']: readonly string[]): ',' | ';' =>
  new Intl.NumberFormat(first).format(1.5).includes(',') ? ';' : ','

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return ''
  // A number of ours is a number: only what somebody wrote may be a formula in disguise.
  if (typeof value !== 'string') return String(value)
  const inert = FORMULA.test(value) ? `'${value}` : value
  return /[",;\r\n\t']|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** RFC 4180 with a byte order mark, without which Excel takes UTF-8 for something else. No cell of it is a formula. */
export function csvOf<T>(rows: readonly T[], columns: readonly CsvColumn<T>[], separator: ',' | ';' = ','): string {
  const lines = [
    columns.map(({ title }) => cell(title)),
    ...rows.map((row) => columns.map(({ value }) => cell(value(row)))),
  ]
  return `\ufeff${lines.map((line) => `${line.join(separator)}\r\n`).join('')}`
}
