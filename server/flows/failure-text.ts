import { stepName } from '#flows/difference.ts'
import type { FailedStep, Failure } from '#flows/run.ts'
import { askedInSpanish, type Known, known } from '#platform/asked-in-spanish.ts'
import { faultInSpanish } from '#platform/schema/in-spanish.ts'
import type { Sentence } from '#platform/sentence.ts'

/*
 * What a step says when it cannot be done is kept in English, with the run. People read it in their own language: the
 * sentences that are ours are known here, those of conditions, texts and schemas in the platform; those of other systems
 * stay as they are.
 */

const SPANISH: Known = [
  [
    /^the event that started this run names no encounter$/,
    'el evento que inició esta ejecución no nombra ninguna conversación',
  ],
  [/^the tags are empty$/, 'las etiquetas están vacías'],
  [/^a tag is longer than (\d+) characters$/, 'una etiqueta tiene más de $1 caracteres'],
  [/^the answer cannot be kept: it (.*)$/s, (_, why) => `la respuesta no se puede guardar: ${inSpanish(why)}`],
  [/^it could not be done$/, 'no se pudo hacer'],
  [/^the text is empty$/, 'el texto está vacío'],
  [/^the text is longer than (\d+) characters$/, 'el texto tiene más de $1 caracteres'],
  [/^the name is longer than 255 characters$/, 'el nombre tiene más de 255 caracteres'],
  [/^there is nobody to assign it to$/, 'no hay a quién asignarla'],
  [
    /^there is nobody to notify: the event names no patient$/,
    'no hay a quién notificar: el evento no nombra a ninguna persona',
  ],
  [/^there is nobody to notify$/, 'no hay a quién notificar'],
  [/^there is nobody to ask$/, 'no hay a quién preguntar'],
  [/^what it gives as an e-mail address is none$/, 'lo que da como dirección de correo no lo es'],
  [/^the call failed$/, 'la llamada falló'],
  [/^the receiver answered (\d+)$/, 'el servicio respondió $1'],
  [
    /^(?:other side closed|socket hang up|(?:read|write) (?:ECONNRESET|EPIPE))$/,
    'la conexión se cortó sin una respuesta',
  ],
  [/^connect ECONNREFUSED (\S+)$/, 'nadie responde en $1'],
  [/^getaddrinfo \w+ (\S+)$/, 'no se encuentra el servidor $1'],
  [/^no answer within ([\d.]+) s$/, 'no hubo respuesta en $1 s'],
  [
    /^the target was not well for longer than the schedule lasts$/,
    'el servicio no estuvo en condiciones de responder mientras se podía intentar',
  ],
  [/^the body is longer than (\d+) characters$/, 'el cuerpo tiene más de $1 caracteres'],
  [/^the answer is too long: it was cut after 64 kB$/, 'la respuesta es demasiado larga: se cortó a los 64 kB'],
  [/^the answer says that it is JSON, and is not$/, 'la respuesta dice ser JSON y no lo es'],
  [/^the URL must not hold \. or \.\. as a part of its path$/, 'la URL no puede tener . ni .. como parte de su ruta'],
  [/^the URL (.*)$/, 'la URL no sirve: $1'],
  [/^the header (\S+) holds what a header cannot$/, 'la cabecera $1 contiene lo que una cabecera no puede'],
  [/^the header (\S+) is too long$/, 'la cabecera $1 es demasiado larga'],
  [/^the prompt is empty$/, 'la pregunta está vacía'],
  [/^the prompt is longer than (\d+) characters$/, 'la pregunta tiene más de $1 caracteres'],
  [/^the language model did not answer$/, 'el modelo de lenguaje no respondió'],
  [/^the language model answered (\d+)$/, 'el modelo de lenguaje respondió $1'],
  [/^the language model answered (\d+): (.*)$/s, 'el modelo de lenguaje respondió $1: $2'],
  [/^the language model refused: (.*)$/s, 'el modelo de lenguaje se negó: $1'],
  [/^the language model withheld its answer$/, 'el modelo de lenguaje se negó a dar su respuesta'],
  [/^the answer is empty$/, 'la respuesta está vacía'],
  [/^the answer of the language model is too long$/, 'la respuesta del modelo de lenguaje es demasiado larga'],
  [/^the language model answered no completion$/, 'el modelo de lenguaje no respondió como se espera de uno'],
  [/^no language model is set up: LLM_URL is not set$/, 'no hay un modelo de lenguaje configurado: falta LLM_URL'],
  [/^appointments are not set up in this installation$/, 'la agenda de horas no está disponible en esta instalación'],
  [/^complaints are not set up in this installation$/, 'los reclamos no están disponibles en esta instalación'],
  [
    /^the answer was cut: it needs more tokens than maxTokens$/,
    'la respuesta se cortó: necesita más tokens que maxTokens',
  ],
  [
    /^the answer does not fit the schema: (.*)$/s,
    (_, fault) => `la respuesta no cumple el esquema: ${faultInSpanish(fault.trim())}`,
  ],
  [/^the schema cannot be used$/, 'el esquema no se puede usar'],
  [/^the answer is no JSON$/, 'la respuesta no es JSON'],
  [/^input is no object$/, 'input no es un objeto'],
  [/^the other flow failed$/, 'el otro flujo falló'],
  [/^that flow is not published$/, 'ese flujo no está publicado'],
  [
    /^the published version of that flow has no manual trigger$/,
    'la versión publicada de ese flujo no tiene un inicio manual',
  ],
  [/^too many flows and events led to each other$/, 'demasiados flujos y eventos se llamaron unos a otros'],
  [/^at (\S+): (.*)$/s, (_, node, why) => `en ${node}: ${inSpanish(why)}`],
  [/^cancelled: (.*)$/s, 'cancelada: $1'],
  [/^(\S+) is more than ten years ahead$/, '$1 queda a más de diez años'],
  [/^has nothing to wait for$/, 'no tiene nada que esperar'],
  [/^there is no calendar (\S+), or it never opens$/, 'no existe el calendario $1, o nunca abre'],
  [/^asks for more computing than one step may$/, 'pide más cálculo del que puede hacer un paso'],
  [/^items gave no list$/, 'items no dio una lista'],
  [/^the run has more than (\d+) branches at once$/, 'la ejecución tiene más de $1 ramas a la vez'],
  [/^branches are nested more than (\d+) deep$/, 'las ramas están anidadas a más de $1 niveles'],
  [/^the run took (\d+) steps without a wait$/, 'la ejecución dio $1 pasos sin ninguna espera'],
  [/^the run took (\d+) steps$/, 'la ejecución dio $1 pasos'],
  [/^the run took longer than its time limit$/, 'la ejecución superó su tiempo límite'],
  [
    /^version (\d+) of the flow cannot be run by this program$/,
    'este programa no puede ejecutar la versión $1 del flujo',
  ],
]

/** A cause in Spanish, as far as the sentence is ours. */
export function inSpanish(cause: string): string {
  return known(SPANISH, cause) ?? askedInSpanish(cause) ?? cause
}

export const causeText = (cause: string): Sentence => ({ en: cause, es: inSpanish(cause) })

/** A failure as people read it: which step, of what kind, and why. */
export function failureText({ notUndone = [], ...failed }: Failure): Sentence {
  const { en, es } = stepText(failed)
  if (notUndone.length === 0) return { en, es }
  const missed = notUndone.map(stepText)
  return {
    en: `${en}. While undoing what was done, ${missed.map((says) => says.en).join('; ')}`,
    es: `${es}. Al deshacer lo hecho, ${missed.map((says) => says.es).join('; ')}`,
  }
}

function stepText({ nodeId, type, label = '', cause }: FailedStep): Sentence {
  const { en, es } = stepName({ id: nodeId, type, data: { label } })
  return { en: `${en} failed: ${cause}`, es: `${es} falló: ${inSpanish(cause)}` }
}
