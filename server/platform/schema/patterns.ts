/** What patterns mean, which schemas say in English: those that people meet in forms. */
export const PATTERNS_IN_SPANISH: ReadonlyMap<string, string> = new Map([
  ['Without control characters', 'sin caracteres de control'],
  ['Text without control characters', 'texto sin caracteres de control'],
  ['Without NUL and halves of surrogate pairs', 'sin caracteres que no se pueden guardar'],
  ['At least one character that shows; without NUL and halves of surrogate pairs', 'al menos un carácter que se vea'],
  ['A language or locale: `es`, `es-CL`', 'un idioma, como `es` o `es-CL`'],
  ['es, es-CL, en …', 'un idioma, como `es` o `es-CL`'],
  ['Plain text, without variables', 'texto corriente, sin variables'],
  ['HH:MM', 'HH:MM'],
  ['HH:MM, up to 24:00', 'HH:MM, hasta 24:00'],
  ['At most 200 characters, without slashes', 'a lo más 200 caracteres, sin barras'],
  ['Words between dots, without * and #: `encounter.closed`', 'palabras entre puntos, sin * ni #: `encounter.closed`'],
  ['Letters, digits, - and _', 'letras, cifras, - y _'],
  ['Letters, digits, dot, underscore and hyphen', 'letras, cifras, punto, guion y guion bajo'],
  [
    'Letters, digits, `.`, `_` and `-`; begins with a letter or digit',
    'letras, cifras, `.`, `_` y `-`; empieza con letra o cifra',
  ],
  ['Small letters, digits and -', 'minúsculas, cifras y -'],
  ['More than blanks', 'algo más que espacios'],
  ['Name of a variable', 'el nombre de una variable'],
  ['For example `come-back`', 'por ejemplo `come-back`'],
  [
    'A letter or _, then letters, digits, _ and -, at most 64',
    'una letra o _, y luego letras, cifras, _ y -, 64 como máximo',
  ],
  ['Name of the variable that holds the item', 'el nombre de la variable que lleva el elemento'],
  [
    'Variable that gets outcome and variables of the other run',
    'la variable que recibe el resultado y las variables de la otra ejecución',
  ],
])
