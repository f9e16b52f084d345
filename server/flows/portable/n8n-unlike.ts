import { membersOf, numberIn, textIn } from '#flows/portable/drawing.ts'
import { isNothing, unreadIn } from '#flows/portable/unread.ts'

/*
 * What a step of n8n does that the step drawn for it does not: in English and in Spanish, to be told.
 */

type Parameters = { [name: string]: unknown }
type Unlike = readonly [en: string, es: string]

/** Longer an `http` step does not wait. */
export const LONGEST_CALL_MS = 15_000

/** Whether an answer that is no success fails nothing: what version 4 calls `neverError`, and older ones `ignoreResponseCode`. */
export const neverFails = ({ options }: Parameters): boolean =>
  responseOf(options).neverError === true || membersOf(options).ignoreResponseCode === true

/** Whether what it gives on is the answer with its status, and not only its body. */
export const givesWhole = ({ options }: Parameters): boolean =>
  responseOf(options).fullResponse === true || membersOf(options).fullResponse === true

const responseOf = (options: unknown) => membersOf(membersOf(membersOf(options).response).response)

/** Options of a request that are carried over, told of by themselves, or nothing to what it does. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  'timeout',
  'pagination',
  'response',
  'ignoreResponseCode',
  'fullResponse',
  'lowercaseHeaders',
])

/** What of a request is otherwise here. */
export function unlikeRequest(parameters: Parameters, onError: string): Unlike[] {
  const found: Unlike[] = []
  const options = membersOf(parameters.options)
  const form = textIn(parameters.contentType ?? parameters.bodyContentType)
  if (form !== '' && form !== 'json')
    found.push([
      `n8n sent its body as ${form}; here it goes as JSON`,
      `n8n enviaba su cuerpo como ${form}; aquí va como JSON`,
    ])
  for (const [how, en, es] of [
    ['specifyHeaders', 'headers', 'sus cabeceras no se trasladan'],
    ['specifyQuery', 'parameters', 'sus parámetros no se trasladan'],
  ] as const) {
    if (parameters[how] !== 'json') continue
    found.push([`its ${en} are not carried over: they are one JSON text`, `${es}: son un solo texto JSON`])
  }
  if (Object.keys(membersOf(options.pagination)).length > 0)
    found.push(['it asks once, and not page by page', 'pregunta una vez, y no página por página'])
  const timeout = numberIn(options.timeout)
  if (timeout !== null && timeout > LONGEST_CALL_MS) {
    const seconds = LONGEST_CALL_MS / 1_000
    found.push([
      `it waited ${timeout / 1_000} s for the answer; here a call waits ${seconds} s at most`,
      `esperaba la respuesta ${timeout / 1_000} s; aquí una llamada espera ${seconds} s como máximo`,
    ])
  }
  if (neverFails(parameters))
    found.push(
      onError === 'continueErrorOutput'
        ? [
            'n8n went on as well with an answer that is no success (neverError); here such a one goes the way error',
            'n8n seguía también con una respuesta que no es un éxito (neverError); aquí esa va por error',
          ]
        : [
            'goes on with whatever is answered, as in n8n (neverError), and here also where nobody answers',
            'sigue con lo que se responda, como en n8n (neverError), y aquí también si nadie responde',
          ],
    )
  if (responseOf(options).responseFormat === 'file')
    found.push([
      'n8n kept its answer as a file; here it is kept as text',
      'n8n guardaba su respuesta como archivo; aquí, como texto',
    ])
  const others = unreadIn(options, KNOWN_OPTIONS)
  if (others.length > 0) {
    const list = others.slice(0, 20).join(', ')
    found.push([`its options are not carried over: ${list}`, `sus opciones no se trasladan: ${list}`])
  }
  return found
}

/** What of an e-mail is left out. */
export function unlikeMail(parameters: Parameters): Unlike[] {
  const found: Unlike[] = []
  const all: Parameters = { ...membersOf(parameters.options), ...parameters }
  const text = (...names: string[]) =>
    names.map((name) => textIn(all[name]).trim().slice(0, 200)).find((one) => one !== '')
  const [cc, bcc] = [text('ccEmail', 'ccList'), text('bccEmail', 'bccList')]
  const copies = [cc === undefined ? [] : `Cc: ${cc}`, bcc === undefined ? [] : `Bcc: ${bcc}`].flat().join('; ')
  if (copies !== '')
    found.push([
      `its copies are not carried over (${copies}): each needs a step of its own`,
      `sus copias no se trasladan (${copies}): cada una necesita un paso propio`,
    ])
  if (/[,;]/.test(textIn(parameters.toEmail ?? parameters.sendTo).replace(/\{\{[^{}]*\}\}/g, '')))
    found.push([
      'it went to several addresses; a step tells one: each of them needs its own',
      'iba a varias direcciones; un paso avisa a una: cada una necesita el suyo',
    ])
  if (!isNothing(all.attachments) || !isNothing(all.attachmentsUi))
    found.push([
      'its attachments are not carried over: e-mails have none here',
      'sus adjuntos no se trasladan: aquí los correos no los llevan',
    ])
  const replyTo = text('replyTo')
  if (replyTo !== undefined)
    found.push([`where it is answered to is left out (${replyTo})`, `se omite a dónde se le responde (${replyTo})`])
  const from = text('fromEmail', 'senderName')
  if (from !== undefined)
    found.push([
      `its sender (${from}) is left out: the mail server of this installation names it`,
      `su remitente (${from}) se omite: lo indica el servidor de correo de esta instalación`,
    ])
  return found
}
