/*
 * Values that may be missing or null: expressions ask before they read, where the other product took them for nothing.
 */

const PATH = /^(event\.data|vars|contact)((?:\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])+)$/
const PART = /\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\]/g

/** What has to hold for a path to lead anywhere, from its beginning on; null where the expression is no path. */
function stepsOf(cel: string): string[] | null {
  const [, root = '', members = ''] = PATH.exec(cel) ?? []
  if (root === '') return null
  const steps: string[] = []
  let at = root
  for (const [part] of members.matchAll(PART)) {
    const isName = part.startsWith('.')
    // `has` asks for plain names only, and of null, a text or a number is false; what is written otherwise fails there.
    const isPlain = isName && !at.includes('[')
    if (!isPlain && at !== root) steps.push(`${at} != null`)
    if (isPlain) steps.push(`has(${at}${part})`)
    else if (isName) steps.push(`"${part.slice(1)}" in ${at}`)
    else if (part.startsWith('["')) steps.push(`${part.slice(1, -1)} in ${at}`)
    else steps.push(`size(${at}) > ${part.slice(1, -1)}`)
    at += part
  }
  return steps
}

/** Whether an expression reads a field, which may be missing. */
export const isField = (cel: string): boolean => PATH.test(cel)

/** Asks whether a field is there, be it null. */
export const isThere = (cel: string): string => stepsOf(cel)?.join(' && ') ?? 'true'

/** Asks whether a field is missing. */
export const isMissing = (cel: string): string => (stepsOf(cel) ?? []).map(against).join(' || ')

const against = (step: string): string =>
  step.startsWith('has(') ? `!${step}` : / != null$/.test(step) ? step.replace(/ != null$/, ' == null') : `!(${step})`

/** An expression of a field where it is there and not null, else another value. @param made null: the field itself */
export const valueOr = (cel: string, usual: string, made: string = cel): string =>
  isField(cel) ? `(${isThere(cel)} && ${cel} != null ? ${made} : ${usual})` : made

/** A field, or null where it is missing. */
export const valueOrNull = (cel: string): string => (isField(cel) ? `${isThere(cel)} ? ${cel} : null` : cel)
