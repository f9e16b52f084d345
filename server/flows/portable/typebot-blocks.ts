import { compileCel } from '#flows/cel.ts'
import {
  type Drawing,
  durationOf,
  listOf,
  membersOf,
  numberIn,
  ownIn,
  textIn,
  variableOf,
} from '#flows/portable/drawing.ts'
import { LONGEST_CALL_MS } from '#flows/portable/n8n-unlike.ts'
import { whenOf } from '#flows/portable/typebot-conditions.ts'
import {
  choiceOf,
  isDynamic,
  MOST_CASES,
  tellOfCall,
  tellOfChoices,
  tellOfInput,
  tellOfMore,
  unreadOf,
} from '#flows/portable/typebot-lost.ts'
import { drawMail } from '#flows/portable/typebot-mail.ts'
import { celOf, liquidOf, sumOf, textOf, type Variables } from '#flows/portable/typebot-values.ts'
import { tellUnread } from '#flows/portable/unread.ts'

type Members = { [name: string]: unknown }

/** A way out of a step: by an edge of Typebot, or on to the next block of the group. */
type Way = { from: string; way?: string; edgeId?: unknown }
/** `first` null: who comes here goes on at the block or group that `jump` names. */
export type Block = { blockId: string; first: string | null; jump?: string; ways: Way[] }

type Place = { called: string; at: { x: number; y: number } | null; variables: Variables }

/** The plain text of a rich one, a paragraph a line. */
function plainOf(content: Members): string {
  if (!Array.isArray(content.richText)) return textIn(content.plainText)
  const inside = (node: unknown): string => {
    const { text, children, type, url } = membersOf(node)
    if (typeof text === 'string') return text
    const parts = Array.isArray(children) ? children.map(inside) : []
    const all = type === 'ul' || type === 'ol' ? parts.map((part) => `- ${part}`).join('\n') : parts.join('')
    return type === 'a' && typeof url === 'string' && url !== all ? `${all} (${url})` : all
  }
  return content.richText.map(inside).join('\n').trim()
}

/** Whether the value of a variable is what its author wrote, or nothing; all else Typebot finds out itself. */
const isWritten = (type: string): boolean => type === '' || type === 'Custom' || type === 'Empty'

/** Moments that Typebot finds out. */
const MOMENTS: { readonly [type: string]: string } = {
  Now: 'now',
  Today: 'now',
  Tomorrow: 'now + duration("24h")',
  Yesterday: 'now - duration("24h")',
}

/** Draws a block: one step, or several where it asks and waits for the answer. What nobody reads of it is told of. */
export function drawBlock(drawn: Drawing, block: Members, place: Place): Block {
  const { isForeign, ...made } = stepsOf(drawn, block, place)
  if (made.first !== null) tellUnread(drawn, made.first, place.called, unreadOf(block, isForeign === true))
  return made
}

function stepsOf(drawn: Drawing, block: Members, place: Place): Block & { isForeign?: boolean } {
  const { called, at, variables } = place
  const type = textIn(block.type)
  const content = membersOf(block.content)
  const options = membersOf(block.options)
  const blockId = textIn(block.id)
  const edgeId = block.outgoingEdgeId
  const one = (id: string, way?: string): Block => ({
    blockId,
    first: id,
    ways: [{ from: id, edgeId, ...(way === undefined ? {} : { way }) }],
  })
  const say = (text: string) => drawn.add(called, 'message', { text: text === '' ? ' ' : text }, at)
  const foreign = (): Block & { isForeign: boolean } => {
    const id = drawn.add(
      called,
      `typebot.${type.toLowerCase().replace(/\s+/g, '-') || 'block'}`,
      { ...content, ...options, ...(Array.isArray(block.items) ? { items: block.items } : {}) },
      at,
    )
    drawn.note(
      id,
      `${called}: there is no step like “${type}” here; it stands in the draft as it was`,
      `${called}: aquí no hay un paso como «${type}»; queda en el borrador como estaba`,
    )
    return { ...one(id), isForeign: true }
  }
  if (type === 'text') return one(say(liquidOf(plainOf(content), variables)))
  if (type === 'image' || type === 'video' || type === 'audio' || type === 'embed') {
    const id = say(liquidOf(textIn(content.url), variables))
    drawn.note(
      id,
      `${called}: what was shown (${type}) is sent as its address`,
      `${called}: lo que se mostraba (${type}) se envía como su dirección`,
    )
    return one(id)
  }
  // Nobody is paid by an answer, and a card has ways of its own.
  if (type === 'payment input' || type === 'cards input') return foreign()
  if (type.endsWith(' input')) return drawInput(drawn, block, place)
  switch (type) {
    case 'Set variable': {
      const variable = variables.byId.get(textIn(options.variableId))
      const moment = ownIn(MOMENTS, textIn(options.type))
      if (variable !== undefined && moment !== undefined)
        return one(drawn.add(called, 'set', { vars: { [variable]: moment } }, at))
      const sum = sumOf(textIn(options.expressionToEvaluate), variables)
      const cel = sum?.cel ?? celOf(textIn(options.expressionToEvaluate), variables)
      if (variable === undefined || !isWritten(textIn(options.type))) return foreign()
      const id = drawn.add(called, 'set', { vars: { [variable]: cel ?? textIn(options.expressionToEvaluate) } }, at)
      if (cel === null)
        drawn.note(
          id,
          `${called}: its value is JavaScript, which nothing here runs; it stays as it was written`,
          `${called}: su valor es JavaScript, que aquí nada ejecuta; queda como estaba`,
        )
      if (sum?.doubted)
        drawn.note(
          id,
          `${called}: reckons with numbers only; where ${sum.doubted} is none it counts as 0`,
          `${called}: calcula solo con números; si ${sum.doubted} no lo es, cuenta como 0`,
        )
      return one(id)
    }
    case 'Condition':
      return drawCondition(drawn, block, place)
    case 'Wait': {
      const time = durationOf(options.secondsToWaitFor, 'seconds')
      return time === null ? foreign() : one(drawn.add(called, 'wait', { for: time }, at))
    }
    case 'Redirect': {
      const id = say(liquidOf(textIn(options.url), variables))
      drawn.note(
        id,
        `${called}: a conversation does not lead a browser away; the address is sent`,
        `${called}: una conversación no redirige el navegador; se envía la dirección`,
      )
      return one(id)
    }
    case 'Jump':
      return { blockId, first: null, jump: textIn(options.blockId) || textIn(options.groupId), ways: [] }
    case 'AB test': {
      const items = listOf(block.items)
      const percent = numberIn(options.aPercent) ?? 50
      const id = drawn.add(
        called,
        'split',
        {
          arms: [
            { handle: 'a', weight: percent },
            { handle: 'b', weight: 100 - percent },
          ],
        },
        at,
      )
      return {
        blockId,
        first: id,
        ways: ['a', 'b'].map((way, i) => ({ from: id, way, edgeId: items[i]?.outgoingEdgeId })),
      }
    }
    case 'Email': {
      const id = drawMail(drawn, options, place)
      return id === null ? foreign() : one(id)
    }
    case 'Webhook':
    case 'HTTP request':
      return drawCall(drawn, block, place) ?? foreign()
    default:
      return foreign()
  }
}

/** What was answered, as words are compared: whatever the case of their letters, and without the space around them. */
const SAID = 'last.data.text.trim().lowerAscii()'
const alike = (words: string, variables: Variables): string =>
  words.includes('{{')
    ? `(${textOf(words, variables)}).trim().lowerAscii()`
    : JSON.stringify(words.trim().toLowerCase())

/** The same without accents, as people write in a chat; null: it has none, or variables stand in it. */
function plainly(words: string): string | null {
  const plain = words.normalize('NFD').replace(/\p{M}/gu, '')
  return words.includes('{{') || plain === words.normalize('NFC') ? null : plain
}

/** What an answer should be. */
const KINDS: { readonly [kind: string]: string } = {
  number: 'un número',
  email: 'un correo',
  url: 'una dirección web',
  date: 'una fecha',
  time: 'una hora',
  'phone number': 'un teléfono',
  rating: 'una nota',
  file: 'un archivo',
}

type Choice = ReturnType<typeof choiceOf>

/** How each choice may be written, of which no two are alike: its words, and the same without accents. */
function writtenAs(offered: readonly Choice[], variables: Variables): (readonly [asked: string, choice: Choice])[] {
  const found = new Map<string, Choice>()
  const add = (words: string | null, choice: Choice) => {
    if (words === null) return
    const asked = alike(words, variables)
    if (!found.has(asked)) found.set(asked, choice)
  }
  for (const choice of offered) add(choice.words, choice)
  for (const choice of offered) add(plainly(choice.words), choice)
  return [...found]
}

/**
 * Whether an answer is one of the choices (where several could be chosen: holds one), and what is kept of it: what the
 * choice stands for, else its words. @returns null where there are too many of them for one expression
 */
function fitting(offered: readonly Choice[], isSeveral: boolean, variables: Variables) {
  const written = writtenAs(offered, variables)
  // Of very many choices only the words themselves are taken.
  return among(written, isSeveral, variables) ?? among(written.filter(isAsWritten(variables)), isSeveral, variables)
}

const isAsWritten =
  (variables: Variables) =>
  ([asked, { words }]: readonly [string, Choice]): boolean =>
    asked === alike(words, variables)

function among(written: readonly (readonly [string, Choice])[], isSeveral: boolean, variables: Variables) {
  const all = `[${written.map(([asked]) => asked).join(', ')}]`
  const fits = isSeveral ? `${all}.exists(words, ${SAID}.contains(words))` : `${SAID} in ${all}`
  const pairs = written.map(([asked, { words, value }]) => `${asked}: ${textOf(value || words, variables)}`)
  const answer = isSeveral ? 'last.data.text' : `{${pairs.join(', ')}}[${SAID}]`
  const isShort = compileCel(fits, 'condition').cel !== undefined && compileCel(answer, 'value').cel !== undefined
  return isShort ? { fits, answer } : null
}

/** A question: what may be chosen is written, the answer is waited for and kept; one that is no choice is asked again. */
function drawInput(drawn: Drawing, block: Members, { called, at, variables }: Place): Block {
  const options = membersOf(block.options)
  const offered = listOf(block.items)
    .map(choiceOf)
    .filter(({ words }) => words !== '')
  const isSeveral = options.isMultipleChoice === true
  const wait = drawn.add(`${called} answer`, 'waitForEvent', { event: 'encounter.message_received' }, at)
  const variable = variables.byId.get(textIn(options.variableId)) ?? variableOf(`${called} answer`)
  const choice = offered.length === 0 || isDynamic(options) ? null : fitting(offered, isSeveral, variables)
  const keep = drawn.add(`${called} kept`, 'set', { vars: { [variable]: choice?.answer ?? 'last.data.text' } }, at)
  let first = wait
  if (offered.length > 0) {
    const lines = offered.map(({ words }) => `- ${liquidOf(words, variables)}`)
    first = drawn.add(called, 'message', { text: lines.join('\n') }, at)
    drawn.edge(first, wait)
    tellOfChoices(drawn, first, called, choice !== null)
  }
  if (choice === null) drawn.edge(wait, keep, 'event')
  else {
    const fits = drawn.add(`${called} fits`, 'branch', { cases: [{ handle: 'fits', when: choice.fits }] }, at)
    drawn.edge(wait, fits, 'event')
    drawn.edge(fits, keep, 'fits')
    drawn.edge(fits, first, 'else')
  }
  if (!/^(text|choice|picture choice) input$/.test(textIn(block.type))) {
    const kind = textIn(block.type).replace(' input', '')
    drawn.note(
      keep,
      `${called}: whether the answer is ${/^[aeio]/.test(kind) ? 'an' : 'a'} ${kind} is not judged`,
      `${called}: no se comprueba que la respuesta sea ${ownIn(KINDS, kind) ?? `del tipo ${kind}`}`,
    )
  }
  tellOfInput(drawn, first, called, block)
  // Where several may be chosen they lead nowhere of their own.
  const leading = isSeveral ? [] : offered.filter(({ edgeId }) => edgeId !== '')
  tellOfMore(drawn, first, called, leading.length)
  const apart = leading.slice(0, MOST_CASES)
  const blockId = textIn(block.id)
  if (apart.length === 0) return { blockId, first, ways: [{ from: keep, edgeId: block.outgoingEdgeId }] }
  const written = writtenAs(offered, variables)
  const cases = apart.map((one, i) => {
    const own = written.filter(([, written]) => written === one).map(([asked]) => asked)
    // One that is written as another before it leads nowhere else than that.
    const asked = own.length > 0 ? own : [alike(one.words, variables)]
    return {
      handle: `choice-${i + 1}`,
      when: asked.length === 1 ? `${SAID} == ${asked[0]}` : `${SAID} in [${asked.join(', ')}]`,
    }
  })
  const branch = drawn.add(`${called} chosen`, 'branch', { cases }, at)
  drawn.edge(keep, branch)
  return {
    blockId,
    first,
    ways: [
      ...apart.map(({ edgeId }, i) => ({ from: branch, way: `choice-${i + 1}`, edgeId })),
      { from: branch, way: 'else', edgeId: block.outgoingEdgeId },
    ],
  }
}

function drawCondition(drawn: Drawing, block: Members, { called, at, variables }: Place): Block {
  const all = listOf(block.items)
  const items = all.slice(0, MOST_CASES)
  const cases = items.map(({ content }, i) => ({
    handle: `case-${i + 1}`,
    when: whenOf(membersOf(content), variables),
  }))
  const data = cases.map(({ handle, when }, i) => ({ handle, when: when ?? JSON.stringify(items[i]?.content) ?? '?' }))
  const id = drawn.add(called, 'branch', { cases: data }, at)
  tellOfMore(drawn, id, called, all.length)
  if (cases.some(({ when }) => when === null)) {
    drawn.note(
      id,
      `${called}: something is compared as nothing here does; it stays as it was written`,
      `${called}: se compara algo como aquí no se puede; queda como estaba`,
    )
  }
  return {
    blockId: textIn(block.id),
    first: id,
    ways: [
      ...items.map((item, i) => ({ from: id, way: `case-${i + 1}`, edgeId: item.outgoingEdgeId })),
      { from: id, way: 'else', edgeId: block.outgoingEdgeId },
    ],
  }
}

function drawCall(drawn: Drawing, block: Members, { called, at, variables }: Place): Block | null {
  const options = membersOf(block.options)
  const webhook = membersOf(options.webhook ?? block.webhook)
  const url = textIn(webhook.url)
  if (url === '') return null
  const save = variableOf(`${called} answer`)
  const pairs = (value: unknown) =>
    Object.fromEntries(listOf(value).map(({ key, value: given }) => [textIn(key), liquidOf(textIn(given), variables)]))
  const headers = pairs(webhook.headers)
  const query = Object.entries(pairs(webhook.queryParams)).map(([key, value]) => `${encodeURIComponent(key)}=${value}`)
  const method = textIn(webhook.method) || 'POST'
  const written = textIn(webhook.body)
  // Unless its author wrote another, the body of a call is all that was answered.
  const isUsual =
    method !== 'GET' &&
    options.isCustomBody !== true &&
    (options.isCustomBody === false || /^(\{\{state\}\})?$/.test(written))
  const body = isUsual ? '' : written
  const seconds = numberIn(options.timeout) ?? 0
  const id = drawn.add(
    called,
    'http',
    {
      method,
      url: `${liquidOf(url, variables)}${query.length === 0 ? '' : `${url.includes('?') ? '&' : '?'}${query.join('&')}`}`,
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(body === '' ? {} : { body: liquidOf(body, variables) }),
      ...(seconds <= 0 ? {} : { timeout: `PT${Math.ceil(Math.min(LONGEST_CALL_MS / 1_000, seconds))}S` }),
      save,
    },
    at,
  )
  tellOfCall(drawn, id, called, { isUsual, seconds })
  const mapped = listOf(options.responseVariableMapping).flatMap(({ variableId, bodyPath }) => {
    const variable = variables.byId.get(textIn(variableId))
    const part = partOf(textIn(bodyPath), `vars.${save}`)
    if (variable !== undefined && part !== null) return [[variable, part] as const]
    if (variable !== undefined)
      drawn.note(
        id,
        `${called}: ${variable} does not get its part of the answer (${textIn(bodyPath)}); keep it with a step of its own`,
        `${called}: ${variable} no recibe su parte de la respuesta (${textIn(bodyPath)}); guárdala con un paso propio`,
      )
    return []
  })
  if (mapped.length === 0)
    return { blockId: textIn(block.id), first: id, ways: [{ from: id, edgeId: block.outgoingEdgeId }] }
  const keep = drawn.add(`${called} kept`, 'set', { vars: Object.fromEntries(mapped) }, at)
  // A bot keeps what it finds, and goes on, also where the answer is no success or nobody answered.
  drawn.edge(id, keep)
  const ofList = mapped.filter(([, part]) => part.includes('size(')).map(([variable]) => variable)
  if (ofList.length > 0)
    drawn.note(
      keep,
      `${called}: an item of a list is kept (${ofList.join(', ')}); where the answer has a text or a number there, the run fails`,
      `${called}: se guarda un elemento de una lista (${ofList.join(', ')}); si la respuesta trae ahí un texto o un número, la ejecución falla`,
    )
  return { blockId: textIn(block.id), first: id, ways: [{ from: keep, edgeId: block.outgoingEdgeId }] }
}

/**
 * A part of an answer: `data.items[0].id`, `statusCode`; nothing, as in Typebot, where the answer lacks it.
 * @returns null where it takes more than a path
 */
function partOf(path: string, answer: string): string | null {
  const rest = path === 'statusCode' ? '' : /^data(?=[.[]|$)/.test(path) ? path.slice(4) : `.${path}`
  if (!/^(?:\.[A-Za-z_]\w*|\.\d+|\[\d+\])*$/.test(rest)) return null
  let at = `${answer}.${path === 'statusCode' ? 'status' : 'body'}`
  const there = [`has(${at})`]
  let item = ''
  for (const [, part = ''] of rest.matchAll(/(\w+)/g)) {
    if (/^\d/.test(part)) {
      // A failed answer may be a page instead of a list.
      there.push(`!has(${answer}.error)`, `${at} != null`, `size(${at}) > ${part}`)
      at = `${at}[${part}]`
      item = at
    } else {
      at = `${at}.${part}`
      there.push(item === '' ? `has(${at})` : `[${item}].all(item, has(item${at.slice(item.length)}))`)
    }
  }
  return `${[...new Set(there), `${at} != null`].join(' && ')} ? ${at} : ""`
}
