/** As narrow as a column without a width of its own may be, in pixels: a name can still be told from others. */
const LEAST = 120
/** One whose width is a share of the table. */
const LEAST_SHARE = 72
/** In a narrower table what is for wide ones is not shown; so says the style of the table, too. */
const WIDE = 720

/** How wide a table has to be for all of its columns to be read, in pixels. @param width as wide as it is */
export function leastWidth(
  columns: readonly { width?: string | undefined; wideOnly?: boolean | undefined }[],
  width: number,
): number {
  return columns
    .filter(({ wideOnly }) => wideOnly !== true || width > WIDE)
    .reduce((sum, column) => sum + leastOf(column.width), 0)
}

const leastOf = (width: string | undefined): number =>
  width === undefined ? LEAST : width.endsWith('px') ? Number.parseFloat(width) : LEAST_SHARE
