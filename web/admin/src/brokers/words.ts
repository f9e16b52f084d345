/** What the program says of a broker and of messages that it could not take, in Spanish: it tells of it in English, with the names and numbers of the place. */
import type { Language } from '../app/language.ts'
import { failureWords } from '../webhooks/deliveries/words.ts'

const SAYINGS: readonly (readonly [english: RegExp, es: string])[] = [
  [
    /^the (?:queue|exchange) (\S+) is there with other arguments and is used as it is: (.+)$/s,
    '$1 ya estaba, con otros parámetros, y se usa como está: $2',
  ],
  [
    /^(.*? |)it could not be bound to (\S+) and keeps the bindings that it has$/s,
    '$1no se pudo enlazar con $2 y conserva los enlaces que tiene',
  ],
  [
    /^messages lie in (\S+): (\d+)\. Those that were refused .+$/s,
    'Hay mensajes en $1: $2. Los rechazados se guardan también aquí; los que se entregaron demasiadas veces no están en otra parte y esperan a que alguien los publique de nuevo.',
  ],
  [
    /^(\S+): the records from (\d+) to (\d+) were gone before they were read$/,
    '$1: los registros del $2 al $3 se borraron antes de que se leyeran',
  ],
  [
    /^(\S+): there is no record (\d+) any more; it is read again from (\d+)$/,
    '$1: el registro $2 ya no está; se lee de nuevo desde el $3',
  ],
  [
    /^the broker refuses (.+?)(?: and (\d+) types more)? since \S+: a queue that gets it is full .+$/s,
    'El broker rechaza $1: una cola que lo recibe está llena (reject-publish). Se intenta cada segundo, y lo que vino después espera',
  ],
  [
    /^(\S+) is read by somebody else, and no other node of ours runs: .+$/s,
    '$1 la lee otro programa, y no hay otro nodo nuestro en marcha: lo que llega ahí es para él',
  ],
  [/^there is no such queue$/, 'No hay tal cola'],
  [/^the broker refused the connection: (.+)$/s, 'El broker rechazó la conexión: $1'],
  [/^there is no virtual host (.+), or (\S+) may not use it$/s, 'no existe el host virtual $1, o $2 no puede usarlo'],
  [/^the broker ended the reading: the queue was deleted$/, 'El broker terminó la lectura: borraron la cola'],
  // Why a message could not be taken.
  [/^(\d+) fields are not valid$/, '$1 campos no valen'],
  [/^The body is not valid JSON: (.+)$/s, 'El contenido no es JSON válido: $1'],
  [/^Unexpected token '(.+?)', (?:\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s, 'no se esperaba «$1» en «$2»'],
  [/^Unexpected end of JSON input$/, 'termina antes de tiempo'],
  [/^Unterminated string in JSON at position (\d+).*$/s, 'el texto de la posición $1 no se cierra'],
  [/^.+ in JSON at position (\d+).*$/s, 'hay una falta en la posición $1'],
  [/^.+ after JSON at position (\d+).*$/s, 'sobra lo que sigue a la posición $1'],
  [/^The body is not valid UTF-8$/, 'El contenido no es UTF-8 válido'],
  [/^The body is empty; JSON was expected$/, 'El contenido está vacío; se esperaba JSON'],
  [/^The body is nested deeper than (\d+)$/, 'El contenido tiene más de $1 niveles'],
  [/^The body is over (\d+) bytes\.$/, 'El contenido pasa de $1 bytes'],
  [/^The body must be a JSON object(?:; .+)?$/s, 'El contenido debe ser un objeto JSON, y uno solo'],
  [/^The body is a batch, .+$/s, 'El contenido es un lote, y un mensaje trae un solo evento'],
  [/^(\/[^: ]*): (.+)$/s, '$1: $2'],
  [/^is required$/, 'es obligatorio'],
  [/^stands twice$/, 'está dos veces'],
  [/^must be a whole number of milliseconds since 1970$/, 'debe ser un número entero de milisegundos desde 1970'],
]

/** A warning or an error of a broker, or why a message was refused, as the reader speaks; what has no words here stays as it was told. */
export function brokerWords(said: string, language: Language): string {
  if (language === 'en') return failureWords(said, language)
  const known = SAYINGS.find(([english]) => english.test(said))
  if (known === undefined) return failureWords(said, language)
  const [english, es] = known
  // What was said within it may have words of its own.
  return said
    .replace(english, es)
    .replace(/(?<=: ).+$/s, (inner) => (inner === said ? inner : brokerWords(inner, language)))
}
