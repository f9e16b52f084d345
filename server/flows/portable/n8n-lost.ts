import { type Drawing, listOf, membersOf, ownIn, textIn } from '#flows/portable/drawing.ts'
import type { Step } from '#flows/portable/n8n-step.ts'
import { isNothing, tellUnread, unreadIn } from '#flows/portable/unread.ts'

/*
 * What nodes of n8n say beside their parameters, and what of those nobody reads.
 */

/** Members of a node that are read, or nothing to what it does. */
const OF_NODE: ReadonlySet<string> = new Set([
  ...['id', 'name', 'type', 'typeVersion', 'position', 'parameters', 'credentials', 'disabled', 'webhookId', 'color'],
  ...['notes', 'notesInFlow', 'executeOnce', 'alwaysOutputData', 'extendsCredential', 'rewireOutputLogTo'],
  ...['onError', 'continueOnFail', 'retryOnFail', 'maxTries', 'waitBetweenTries'],
])

/** Parameters that are read, told of by themselves, or nothing to what a node does; `options.` those among its options. */
const known = (...names: string[]): ReadonlySet<string> => new Set(names)
const WEBHOOK = known('httpMethod', 'path', 'multipleMethods', 'authentication', 'responseMode')
const LOOSE = ['looseTypeValidation', 'options.looseTypeValidation']
const CONDITIONS = known('conditions', 'combineOperation', 'options.ignoreCase', ...LOOSE)
const MAIL = known(
  ...['resource', 'operation', 'toEmail', 'sendTo', 'subject', 'text', 'html', 'message', 'emailFormat', 'emailType'],
  ...['fromEmail', 'ccEmail', 'bccEmail', 'attachments', 'authentication'],
  ...['ccEmail', 'ccList', 'bccEmail', 'bccList', 'attachments', 'attachmentsUi'].map((name) => `options.${name}`),
  ...['replyTo', 'senderName', 'appendAttribution'].map((name) => `options.${name}`),
)
const PARAMETERS: { readonly [kind: string]: ReadonlySet<string> } = {
  webhook: WEBHOOK,
  formTrigger: WEBHOOK,
  scheduleTrigger: known('rule'),
  if: CONDITIONS,
  filter: CONDITIONS,
  switch: known(
    ...['mode', 'rules', 'dataType', 'value1', 'output', 'numberOutputs', 'outputsAmount', 'fallbackOutput'],
    ...[...LOOSE, 'options.ignoreCase', 'options.allMatchingOutputs'],
    ...['options.fallbackOutput', 'options.renameFallbackOutput'],
  ),
  set: known(
    ...['mode', 'assignments', 'jsonOutput', 'fields', 'values', 'include', 'includeOtherFields', 'keepOnlySet'],
    ...['options.dotNotation', 'options.stripBinary', 'options.includeBinary'],
  ),
  wait: known(
    ...['resume', 'amount', 'unit', 'dateTime', 'limitWaitTime', 'limitType', 'resumeAmount', 'resumeUnit'],
    ...['maxDateAndTime', 'httpMethod'],
  ),
  httpRequest: known(
    ...['method', 'requestMethod', 'url', 'authentication', 'genericAuthType', 'nodeCredentialType', 'curlImport'],
    ...['sendQuery', 'specifyQuery', 'queryParameters', 'queryParametersUi', 'jsonQuery', 'sendHeaders'],
    ...['specifyHeaders', 'headerParameters', 'headerParametersUi', 'jsonHeaders', 'sendBody', 'contentType'],
    ...['bodyContentType', 'specifyBody', 'bodyParameters', 'bodyParametersUi', 'bodyParametersJson', 'jsonBody'],
    ...['body', 'rawContentType', 'jsonParameters', 'infoMessage', 'options'],
  ),
  emailSend: MAIL,
  gmail: MAIL,
  stopAndError: known('errorType', 'errorMessage'),
}

/** What such parameters are where they change nothing. */
const USUAL: ReadonlySet<unknown> = new Set(['none', 'onReceived', 'json'])

function unreadParameters({ kind, parameters }: Step): string[] {
  const read = ownIn(PARAMETERS, kind)
  if (read === undefined) return []
  const names = unreadIn(parameters, new Set([...read, 'options'])).filter((name) => !USUAL.has(parameters[name]))
  if (read.has('options')) return names
  const options = Object.entries(membersOf(parameters.options)).filter(([, value]) => !USUAL.has(value))
  return [...names, ...unreadIn(Object.fromEntries(options.map(([name, value]) => [`options.${name}`, value])), read)]
}

/** Whether conditions made numbers of texts, and texts of numbers, before they compared. */
const isLoose = ({ parameters }: Step): boolean =>
  parameters.looseTypeValidation === true ||
  membersOf(parameters.options).looseTypeValidation === true ||
  [parameters, ...listOf(membersOf(parameters.rules).values)].some(
    ({ conditions }) => membersOf(membersOf(conditions).options).typeValidation === 'loose',
  )

/** What a node of n8n says of how it runs, and what of it is not read. @param isDrawn whether it has a counterpart */
export function tellOfNode(drawn: Drawing, id: string, step: Step, isDrawn: boolean): void {
  const { name, kind, node } = step
  const note = (en: string, es: string) => drawn.note(id, `${name}: ${en}`, `${name}: ${es}`)
  if (node.executeOnce === true)
    note(
      'ran once, with the first item (executeOnce); where what it reads is a list, name its first yourself',
      'se ejecutaba una vez, con el primer elemento (executeOnce); si lo que lee es una lista, nombra tú el primero',
    )
  if (node.alwaysOutputData === true)
    if (kind === 'filter')
      note(
        'n8n went on also where nothing matched (alwaysOutputData); here it does not: draw else',
        'n8n seguía también si nada coincidía (alwaysOutputData); aquí no: dibuja else',
      )
    else
      note(
        'went on also where it gave nothing (alwaysOutputData), as here; what reads its values has to reckon with that',
        'seguía también si no entregaba nada (alwaysOutputData), como aquí; lo que lee sus valores debe contar con ello',
      )
  if (!isDrawn) return
  if (step.tries > 1 && kind !== 'httpRequest')
    note(
      `n8n tried it up to ${step.tries} times (retryOnFail); that is not carried over`,
      `n8n lo intentaba hasta ${step.tries} veces (retryOnFail); no se traslada`,
    )
  const names = [...unreadIn(node, OF_NODE), ...unreadParameters(step)]
  if (kind !== 'httpRequest' && step.onError === 'continueRegularOutput')
    note(
      'n8n went on where it failed; here the run fails then, unless you draw its way error',
      'n8n seguía aunque fallara; aquí la ejecución falla entonces, salvo que dibujes su salida error',
    )
  tellUnread(drawn, id, name, names)
}

/** Tells once of all conditions that n8n compared whatever the kind of a value. */
export function tellOfLoose(drawn: Drawing, steps: readonly Step[]): void {
  const loose = steps.filter(isLoose)
  if (loose.length === 0) return
  const list = loose
    .slice(0, 20)
    .map(({ name }) => name)
    .join(', ')
  const rest = loose.length > 20 ? ', …' : ''
  drawn.note(
    null,
    `n8n took the text “5” for the number 5 in ${loose.length === 1 ? 'one step' : `${loose.length} steps`} (${list}${rest}); here they are different: what is compared as a number has to come as one`,
    `n8n tomaba el texto «5» por el número 5 en ${loose.length === 1 ? 'un paso' : `${loose.length} pasos`} (${list}${rest}); aquí son distintos: lo que se compara como número debe llegar como número`,
  )
}

/** Who let in whom, and what was answered: here an event is stored, and that is the answer. */
export function tellOfWebhook(drawn: Drawing, id: string, { name, parameters }: Step): void {
  const authentication = textIn(parameters.authentication)
  if (!isNothing(authentication) && authentication !== 'none')
    drawn.note(
      id,
      `${name}: n8n checked who called (${authentication}); here whoever sends the event needs a key of this API`,
      `${name}: n8n comprobaba quién llamaba (${authentication}); aquí quien envía el evento necesita una clave de esta API`,
    )
  const answered = textIn(parameters.responseMode)
  if (answered !== '' && answered !== 'onReceived')
    drawn.note(
      id,
      `${name}: n8n answered the call with what the workflow made (${answered}); an event is answered when it is stored`,
      `${name}: n8n respondía la llamada con lo que hacía el workflow (${answered}); un evento se responde al guardarse`,
    )
}

/** What a call of a webhook has beside its body. */
const OF_CALL: ReadonlySet<string> = new Set(['headers', 'query', 'params', 'webhookUrl'])

/** Tells, once for each, of parts of a call that are read of an event, which has them only where its sender says so. */
export function tellOfCall(drawn: Drawing, id: string, { name, kind }: Step): (part: string | undefined) => void {
  const told = new Set<string>()
  return (part) => {
    if (kind !== 'webhook' || part === undefined || !OF_CALL.has(part) || told.has(part)) return
    told.add(part)
    drawn.note(
      id,
      `${name}: \`${part}\` of the call is read, and an event has none: its sender has to put it in its data as \`${part}\`; without it conditions go the way else and texts fail`,
      `${name}: se lee \`${part}\` de la llamada, y un evento no lo trae: quien lo envía debe ponerlo en sus datos como \`${part}\`; sin él las condiciones van por else y los textos fallan`,
    )
  }
}

/** Tells once of a workflow in which a node may give several items: what follows ran once for each of them. */
export function tellOfItems(drawn: Drawing, names: readonly string[]): void {
  if (names.length === 0) return
  const list = names.slice(0, 20).join(', ')
  drawn.note(
    null,
    `a step of n8n runs once for each item of a list, and not at all for an empty one; here it runs once: where these give a list, draw a loop around what follows (${list})`,
    `un paso de n8n se ejecuta una vez por cada elemento de una lista, y ninguna si está vacía; aquí, una sola vez: si estos entregan una lista, dibuja un ciclo alrededor de lo que sigue (${list})`,
  )
}

/** Tells of connections that lead from or to steps that are not in the file, and of those that are no way of a run. */
export function tellOfConnections(
  drawn: Drawing,
  connections: { [name: string]: unknown },
  known: ReadonlySet<string>,
): void {
  const lost = new Set<string>()
  const kinds = new Set<string>()
  for (const [from, all] of Object.entries(connections)) {
    for (const [kind, outputs] of Object.entries(membersOf(all))) {
      const targets = (Array.isArray(outputs) ? outputs : []).flatMap((output) => listOf(output))
      if (kind !== 'main' && targets.length > 0) kinds.add(kind.slice(0, 100))
      if (kind !== 'main') continue
      for (const { node } of targets) {
        const to = textIn(node)
        if (!known.has(from) || !known.has(to)) lost.add(`${from.slice(0, 100)} → ${to.slice(0, 100) || '?'}`)
      }
    }
  }
  const list = (names: ReadonlySet<string>) => [...names].slice(0, 20).join(', ')
  if (lost.size > 0)
    drawn.note(
      null,
      `connections of steps that are not in the file are left out: ${list(lost)}`,
      `se omiten conexiones de pasos que no están en el archivo: ${list(lost)}`,
    )
  if (kinds.size > 0)
    drawn.note(
      null,
      `connections that are no way of a run are left out: ${list(kinds)}`,
      `se omiten conexiones que no son un camino de la ejecución: ${list(kinds)}`,
    )
}
