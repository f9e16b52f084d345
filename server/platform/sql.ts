/** Epoch milliseconds in SQL, a parameter (`$3`) or a name, as a moment. */
export const momentOf = (ms: string | number): string =>
  `to_timestamp(${typeof ms === 'number' ? `$${ms}` : ms}::double precision / 1000)`
