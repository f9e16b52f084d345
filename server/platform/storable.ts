/** A text as PostgreSQL keeps it, which takes neither NUL nor half characters, whatever somebody sent. */
export const storable = (text: string, most = Number.POSITIVE_INFINITY): string =>
  text.slice(0, most).replaceAll('\u0000', '').toWellFormed()
