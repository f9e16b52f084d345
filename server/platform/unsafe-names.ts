/** Names of members behind which there is more than data: nobody's expression, text or graph may use them. */
export const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
