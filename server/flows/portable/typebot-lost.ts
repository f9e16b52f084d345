import { type Drawing, listOf, membersOf, ownIn, textIn } from '#flows/portable/drawing.ts'
import { LONGEST_CALL_MS } from '#flows/portable/n8n-unlike.ts'
import { isNothing, unreadIn } from '#flows/portable/unread.ts'

/*
 * What blocks of Typebot do that the steps drawn for them do not, and what of them nobody reads.
 */

type Members = { [name: string]: unknown }

/** More ways a branch does not have. */
export const MOST_CASES = 50

/** What may be chosen: its words, what it stands for (empty: its words), and where it leads (empty: on). */
export const choiceOf = ({ content, title, value, outgoingEdgeId }: Members) => ({
  words: textIn(content) || textIn(title),
  value: textIn(value),
  edgeId: textIn(outgoingEdgeId),
})

const namesOf = (items: readonly Members[]): string =>
  items
    .slice(0, 20)
    .map((item) => choiceOf(item).words.slice(0, 100) || '?')
    .join(', ')

/** Whether a question offered what a variable held. */
export const isDynamic = ({ dynamicVariableId, dynamicItems }: Members): boolean =>
  textIn(dynamicVariableId) !== '' || membersOf(dynamicItems).isEnabled === true

/** How choices are offered here. `isAskedAgain`: an answer that is none of them is not taken. */
export function tellOfChoices(drawn: Drawing, id: string, called: string, isAskedAgain: boolean): void {
  drawn.note(
    id,
    `${called}: buttons are written as a list; people answer with its words, and ${isAskedAgain ? 'other words are asked again' : 'any other words go on too'}`,
    `${called}: los botones se escriben como una lista; se responde con sus palabras, y ${isAskedAgain ? 'si son otras se pregunta de nuevo' : 'si son otras también sigue'}`,
  )
}

/** What of a question is otherwise here. */
export function tellOfInput(drawn: Drawing, id: string, called: string, block: Members): void {
  const note = (en: string, es: string) => drawn.note(id, `${called}: ${en}`, `${called}: ${es}`)
  const items = listOf(block.items)
  const options = membersOf(block.options)
  const { isMultipleChoice, attachments, audioClip, labels, retryMessageContent } = options
  const hint = textIn(membersOf(labels).placeholder).trim().slice(0, 200)
  if (hint !== '')
    note(
      `the hint in its field is not shown (${hint}); say it in the message before it`,
      `la pista de su campo no se muestra (${hint}); dila en el mensaje anterior`,
    )
  const again = textIn(retryMessageContent).trim().slice(0, 200)
  if (again !== '')
    note(
      `what it said to an answer that does not fit is not carried over (${again})`,
      `lo que decía ante una respuesta que no sirve no se traslada (${again})`,
    )
  const some = items.filter(({ displayCondition }) => membersOf(displayCondition).isEnabled === true)
  if (some.length > 0)
    note(
      `shown only where a condition held, here to everybody: ${namesOf(some)}`,
      `se mostraban solo si se cumplía una condición; aquí, a todas las personas: ${namesOf(some)}`,
    )
  if (isDynamic(options))
    note(
      'its choices were what a variable held; here only those written in it are listed, so say them before it asks',
      'sus opciones eran lo que tenía una variable; aquí solo se listan las escritas en él: dilas antes de que pregunte',
    )
  if (isMultipleChoice === true)
    note(
      'several could be chosen; here the answer is one text as it was written',
      'se podían elegir varias; aquí la respuesta es un solo texto, como se escribió',
    )
  const wordless = items.filter((item) => choiceOf(item).words === '' && choiceOf(item).edgeId !== '')
  if (wordless.length > 0)
    note(
      `choices without words are left out (${wordless.length}), and so is where they led`,
      `las opciones sin palabras se omiten (${wordless.length}), y también a dónde llevaban`,
    )
  if (membersOf(attachments).isEnabled === true || membersOf(audioClip).isEnabled === true)
    note(
      'files and recordings sent with the answer are not kept',
      'los archivos y grabaciones enviados con la respuesta no se guardan',
    )
}

/** Tells of choices or conditions beyond what a branch has. */
export function tellOfMore(drawn: Drawing, id: string, called: string, found: number): void {
  if (found <= MOST_CASES) return
  drawn.note(
    id,
    `${called}: only the first ${MOST_CASES} of its ${found} ways were taken; the others go else`,
    `${called}: solo se tomaron las primeras ${MOST_CASES} de sus ${found} salidas; las demás van por else`,
  )
}

/** What of a call is otherwise here. `isUsual`: its author wrote no body of its own. */
export function tellOfCall(
  drawn: Drawing,
  id: string,
  called: string,
  { isUsual, seconds }: { isUsual: boolean; seconds: number },
): void {
  if (isUsual)
    drawn.note(
      id,
      `${called}: Typebot sent all answers as its body; here it goes without one: write in it what is needed`,
      `${called}: Typebot enviaba todas las respuestas en su cuerpo; aquí va sin cuerpo: escribe en él lo que haga falta`,
    )
  const most = LONGEST_CALL_MS / 1_000
  if (seconds > most)
    drawn.note(
      id,
      `${called}: it waited ${seconds} s for the answer; here a call waits ${most} s at most`,
      `${called}: esperaba la respuesta ${seconds} s; aquí una llamada espera ${most} s como máximo`,
    )
}

const known = (...names: string[]): ReadonlySet<string> => new Set(names)
const OF_BLOCK = known(
  ...[
    'id',
    'type',
    'groupId',
    'stepId',
    'blockId',
    'outgoingEdgeId',
    'content',
    'options',
    'items',
    'webhook',
    'webhookId',
  ],
)
const OF_ITEM = known(
  ...['id', 'type', 'blockId', 'stepId', 'outgoingEdgeId', 'content', 'title', 'value', 'displayCondition', 'path'],
)
const OF_WEBHOOK = known('id', 'typebotId', 'url', 'method', 'headers', 'queryParams', 'body')
const OF_CONTENT = known(
  ...['id', 'type', 'richText', 'plainText', 'html', 'url', 'height', 'aspectRatio', 'maxWidth', 'queryParamsStr'],
  ...['isAutoplayEnabled', 'areControlsDisplayed'],
)
/** How an answer is typed and judged, which is told of as a whole. */
const OF_INPUT = known(
  ...['variableId', 'labels', 'isLong', 'inputMode', 'isMultipleChoice', 'dynamicVariableId', 'dynamicItems'],
  ...[
    'attachments',
    'audioClip',
    'isSearchable',
    'retryMessageContent',
    'buttonLabel',
    'min',
    'max',
    'step',
    'style',
    'locale',
  ],
  ...['currency', 'unit', 'format'],
  ...['hasTime', 'isRange', 'defaultCountryCode', 'length', 'buttonType', 'customIcon', 'isOneClickSubmitEnabled'],
)
const CALL = known(
  ...['webhook', 'isCustomBody', 'isAdvancedConfig', 'responseVariableMapping', 'variablesForTest', 'timeout'],
  'isExecutedOnClient',
)
const OPTIONS: { readonly [type: string]: ReadonlySet<string> } = {
  'Set variable': known('variableId', 'expressionToEvaluate', 'type', 'isCode', 'isExecutedOnClient'),
  Condition: known(),
  Wait: known('secondsToWaitFor', 'shouldPause'),
  Redirect: known('url', 'isNewTab'),
  Jump: known('blockId', 'groupId'),
  'AB test': known('aPercent'),
  Email: known(
    ...['credentialsId', 'recipients', 'subject', 'body', 'isBodyCode', 'isCustomBody', 'replyTo', 'cc', 'bcc'],
    ...['attachmentsVariableId', 'attachments'],
  ),
  Webhook: CALL,
  'HTTP request': CALL,
}

/** What of a block nobody reads. @param isForeign whether it stands in the draft with its content and options */
export function unreadOf(block: Members, isForeign: boolean): string[] {
  const names = unreadIn(block, OF_BLOCK)
  if (isForeign) return names
  const type = textIn(block.type)
  const options = membersOf(block.options)
  const read = type.endsWith(' input') ? OF_INPUT : ownIn(OPTIONS, type)
  // What is there and switched off says nothing.
  const on = Object.entries(options).filter(([, value]) => membersOf(value).isEnabled !== false && !isNothing(value))
  return [
    ...names,
    ...unreadIn(membersOf(block.content), OF_CONTENT),
    ...unreadIn(Object.fromEntries(on), read ?? known()),
    ...listOf(block.items).flatMap((item) => unreadIn(item, OF_ITEM)),
    ...unreadIn(membersOf(options.webhook ?? block.webhook), OF_WEBHOOK),
  ]
}
