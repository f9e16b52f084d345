/** Files for a spreadsheet. */

export type CsvValue = string | number | boolean | null | undefined
/** `moment`: the value is a time (ISO 8601), written as spreadsheets know it. */
export type CsvColumn<T> = { readonly title: string; readonly value: (row: T) => CsvValue; readonly moment?: true }
/** How the reader's country writes; `zone` is that of the times, as the page shows them. */
export type CsvPlace = { readonly separator: ',' | ';'; readonly zone: string }

/** Spreadsheets run a cell that begins so as a formula, wherever its text came from; some skip what cannot be seen before it. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u

/**
 * Such a sign behind what may begin a cell for a reader who splits by something else, and then pairs quotes in another way than they
 * were written: a file of a country with semicolons is also opened where there are commas.
 */
const INSIDE = /[=+\-@＝＋－＠](?<=[,;\t\r\n"][\s\p{Cc}\p{Cf}]*.)/gu

/**
 * What stands between two cells: a spreadsheet opens a file by what its country puts there, and a country that writes 1,5 puts a
 * semicolon. With a comma all of a row came into one cell.
 * @param browser languages, of which the first tells the country
 */
export const separatorOf = ([first = 'en']: readonly string[]): ',' | ';' =>
  new Intl.NumberFormat(first).format(1.5).includes(',') ? ';' : ','

export const placeOf = (languages: readonly string[]): CsvPlace => ({
  separator: separatorOf(languages),
  zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
})

function cell(value: CsvValue, separator: CsvPlace['separator']): string {
  if (value === null || value === undefined) return ''
  // A number of ours is a number, with the comma of the country: only what somebody wrote may be a formula in disguise.
  if (typeof value === 'number' && separator === ';') return String(value).replace('.', ',')
  if (typeof value !== 'string') return String(value)
  const inert = `${FORMULA.test(value) ? "'" : ''}${value.replaceAll(INSIDE, "'$&")}`
  return /[",;\r\n\t']|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** RFC 4180 with a byte order mark, without which Excel takes UTF-8 for something else. No cell of it is a formula, by whatever it is split. */
export function csvOf<T>(rows: readonly T[], columns: readonly CsvColumn<T>[], { separator, zone }: CsvPlace): string {
  // In Sweden a date and a time are written as ISO 8601 has them, with a space between: no spreadsheet takes that for a text.
  const times = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const lines = [
    columns.map(({ title, moment }) => cell(moment ? `${title} (${zone})` : title, separator)),
    ...rows.map((row) =>
      columns.map(({ value, moment }) => {
        const given = value(row)
        return cell(moment && typeof given === 'string' ? times.format(new Date(given)) : given, separator)
      }),
    ),
  ]
  return `\ufeff${lines.map((line) => `${line.join(separator)}\r\n`).join('')}`
}
