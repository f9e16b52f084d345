/** As narrow as a column without a width of its own may be, in pixels: a name can still be told from others. */
const LEAST = 120
/** In a narrower table what is for wide ones is not shown; so says the style of the table, too. */
const WIDE = 720

/** How wide a table has to be for all of its columns to be read, in pixels. @param width as wide as it is */
export function leastWidth(
  columns: readonly { width?: string | undefined; wideOnly?: boolean | undefined }[],
  width: number,
): number {
  return columns
    .filter(({ wideOnly }) => wideOnly !== true || width > WIDE)
    .reduce((sum, column) => sum + leastOf(column.width, width), 0)
}

/** @param of a column: pixels, or a share of the table */
const leastOf = (of: string | undefined, width: number): number =>
  of === undefined ? LEAST : of.endsWith('%') ? (Number.parseFloat(of) / 100) * width : Number.parseFloat(of)
