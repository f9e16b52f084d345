/** For the fields of Mantine in which code is written. */
export const MONO = { input: { fontFamily: 'var(--mono)', fontSize: 13 } }
