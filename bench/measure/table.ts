import { type Figure, verdictOf } from './figure.ts'

/** Whole numbers with separators from a thousand on, three digits that matter below. */
export function shown(value: number): string {
  if (Number.isNaN(value)) return 'none'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

const withUnit = (value: number, unit: string) => (unit === '' ? shown(value) : `${shown(value)} ${unit}`)

const HEAD = ['figure', 'measured', 'target', 'limit of this run', 'ratio', 'verdict']

/** The figures as an aligned table; a note stands below its figure. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    withUnit(figure.value, figure.unit),
    figure.target === undefined ? '' : `${figure.target.is} ${withUnit(figure.target.value, figure.unit)}`,
    figure.limit === undefined ? '' : `${withUnit(figure.limit.value, figure.unit)} (${figure.limit.name})`,
    figure.limit === undefined ? '' : shown(figure.value / figure.limit.value),
    verdictOf(figure),
  ])
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => (row[column] as string).length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd()
  const lines = [line(HEAD), line(widths.map((width) => '-'.repeat(width)))]
  rows.forEach((row, i) => {
    lines.push(line(row))
    const note = figures[i]?.note
    if (note !== undefined) lines.push(`    ${note}`)
  })
  return lines.join('\n')
}
