/** What conditions and texts say when they cannot be answered: kept in English, read in Spanish. */

export type Known = readonly (readonly [says: RegExp, es: string | ((_: string, ...found: string[]) => string)])[]

/** Behind each stands where. */
const ASKED: Known = [
  [/^No such key: index out of bounds, index (-?\d+) >= size (\d+)$/, 'no hay un elemento $1: la lista tiene $2'],
  [/^No such key: (.*)$/s, 'no existe $1'],
  [/^no such overload: (.*)$/s, 'no se puede calcular $1'],
  [/^found no matching overload for '(.*)'$/s, '$1 no es una llamada posible'],
  [/^(?:division|modulo) by zero$/, 'divide por cero'],
  [
    /^(?:Ternary condition must be bool|Logical operator requires bool operands), got '(.*)'$/,
    'pide verdadero o falso, y es $1',
  ],
  [/^Expression of type '(.*)' cannot be range of a comprehension .*$/, 'no se puede recorrer: es $1'],
  [
    /^timestamp\(\) requires a time of ISO 8601 with its zone, such as (.*)$/,
    'timestamp() pide una hora ISO 8601 con su zona, como $1',
  ],
  [/^Invalid duration string: (.*)$/s, '$1 no es una duración'],
  [/^Invalid time zone specified: (.*)$/s, 'no existe la zona horaria $1'],
  [/^(\w+)\(\) type error: cannot convert to \w+$/, '$1() no puede convertir ese valor'],
  [/^(\w+)\(\) type error: (?:integer|unsigned integer) overflow$/, '$1() da un número demasiado grande'],
  [/^takes more than (\d+) steps$/, 'necesita más de $1 pasos'],
  [/^gives a value of more than (\d+) characters$/, 'da un valor de más de $1 caracteres'],
  [/^gives a value nested more than (\d+) deep$/, 'da un valor anidado a más de $1 niveles'],
  [/^gives a member (\S+), which is not allowed$/, 'da un miembro $1, que no se permite'],
  [/^gives (\S+), which is no number that can be kept$/, 'da $1, un número que no se puede guardar'],
  [/^gives (\d+), a whole number beyond 2\^53$/, 'da $1, un entero mayor que 2^53'],
  [
    /^gives a text with a NUL character, which cannot be kept$/,
    'da un texto con un carácter NUL, que no se puede guardar',
  ],
  [/^gives a time beyond all times$/, 'da una hora más allá de todas'],
  [/^gives something that cannot be kept$/, 'da algo que no se puede guardar'],
  [/^gave no time$/, 'no dio una hora'],
  [/^gave (\w+), not true or false,$/, 'dio $1, y no verdadero o falso,'],
  [/^undefined variable: (.*)$/s, 'no hay ningún valor de $1'],
  [/^goes through more than (\d+) parts$/, 'pasa por más de $1 partes'],
  [/^makes or goes through more than a text may$/, 'genera o recorre más de lo que puede un texto'],
  [/^is longer than (\d+) characters$/, 'tiene más de $1 caracteres'],
  [/^gave no text$/, 'no dio un texto'],
]

/**
 * In Spanish, as far as the sentence is ours; null: it is none.
 * Where it stands: an expression, or the line of a text. Expressions hold ` in ` themselves: the first that fits.
 */
export function askedInSpanish(cause: string): string | null {
  const line = /^(.*) \(line (\d+)\)$/s.exec(cause)
  if (line !== null) return known(ASKED, line[1] ?? '', ` (línea ${line[2]})`)
  for (let at = cause.indexOf(' in '); at !== -1; at = cause.indexOf(' in ', at + 1)) {
    const found = known(ASKED, cause.slice(0, at), ` en ${cause.slice(at + 4)}`)
    if (found !== null) return found
  }
  return known(ASKED, cause)
}

/** The first sentence that fits, in Spanish, and what stands behind it. */
export function known(sentences: Known, cause: string, behind = ''): string | null {
  for (const [says, es] of sentences) {
    if (says.test(cause)) return `${cause.replace(says, es as string)}${behind}`
  }
  return null
}
