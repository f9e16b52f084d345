/** As narrow as a column without a width of its own may be, in pixels: a name can still be told from others. */
const LEAST = 120

/**
 * How wide a table has to be for all of its columns to be read, in pixels.
 * @param columns each in pixels, as a share of the table, or as wide as is left
 * @param width as wide as it is
 */
export const leastWidth = (columns: readonly { width?: string | undefined }[], width: number): number =>
  columns.reduce((sum, column) => sum + leastOf(column.width, width), 0)

const leastOf = (of: string | undefined, width: number): number =>
  of === undefined ? LEAST : of.endsWith('%') ? (Number.parseFloat(of) / 100) * width : Number.parseFloat(of)
