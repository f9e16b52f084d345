import type { Graph } from '#flows/graph.ts'
import {
  type Drawing,
  drawing,
  eventTypeOf,
  listOf,
  membersOf,
  type Note,
  ownIn,
  textIn,
  wordsIn,
} from '#flows/portable/drawing.ts'
import { pageOf } from '#flows/portable/novu-blocks.ts'
import { conditionsOf, whenOf } from '#flows/portable/novu-conditions.ts'
import { strangeIn, texts as textsOf, type Writing } from '#flows/portable/novu-texts.ts'
import { delayOf, gatheredBy } from '#flows/portable/novu-times.ts'
import { tellUnread, unreadIn } from '#flows/portable/unread.ts'
import { CHANNELS } from '#notifications/index.ts'
import { storable } from '#platform/storable.ts'

type Members = { [name: string]: unknown }

/** Channels by what Novu calls them. */
const CHANNEL_OF: { readonly [type: string]: string } = { in_app: 'inbox', email: 'email', push: 'push', sms: 'sms' }
const CHANNELS_OF_NOVU = [...Object.keys(CHANNEL_OF), 'chat']

/**
 * A workflow of Novu as a graph of ours: as its API gives it (`steps` with `type` and `controlValues`), or the older
 * notification template (`steps` with `template`). The trigger becomes an event of the same name.
 */
export function readNovu(value: unknown): { graph: Graph; notes: readonly Note[] } | null {
  const outer = membersOf(value)
  // Its API puts a workflow into `data`, and its libraries that into `result`.
  const result = membersOf(outer.result)
  const workflow =
    [outer, membersOf(outer.data), result, membersOf(result.data)].find(({ steps }) => Array.isArray(steps)) ?? {}
  if (!Array.isArray(workflow.steps)) return null
  const drawn = drawing()
  const name = textIn(workflow.name) || 'Novu'
  const identifier = textIn(workflow.workflowId) || textIn(listOf(workflow.triggers)[0]?.identifier) || name
  const event = eventTypeOf(identifier)
  const off = switchedOff(workflow)
  const start = drawn.add('start', 'trigger', { event })
  /** What leads on to the next step: of steps that stop where they fail, the ways that are no failure. */
  let leads: { from: string; ways: readonly (string | undefined)[] }[] = [{ from: start, ways: [undefined] }]
  const leadTo = (id: string) => {
    for (const { from, ways } of leads) for (const way of ways) drawn.edge(from, id, way)
  }
  const writing: Writing = { isOld: false, gathers: false }
  const texts = (source: string) => textsOf(source, writing)
  let settings: Graph['settings']
  drawn.note(
    start,
    `begins with the event ${event} instead of a call of Novu: whom it is for is \`contactId\` in its data, and \`payload\` is the data; a text fails where a field that it names is missing: write \`| default: ""\` behind one that may be`,
    `comienza con el evento ${event} en lugar de una llamada a Novu: para quién es va en \`contactId\` de sus datos, y \`payload\` son los datos; un texto falla si falta un campo que nombra: escribe \`| default: ""\` tras el que pueda faltar`,
  )
  tellOfWorkflow(drawn, workflow)
  for (const step of listOf(workflow.steps)) {
    const made = draw(step)
    if (made === null) continue
    const stops = step.shouldStopOnFail === true && made.notifies
    const on = { from: made.id, ways: stops ? ['sent', 'suppressed'] : [undefined] }
    // Whom its conditions leave out goes on behind it.
    leads = made.asked === null ? [on] : [on, { from: made.asked, ways: ['else'] }]
  }
  const description = textIn(workflow.description).trim()
  const graph = drawn.graph(name)
  return {
    graph: {
      ...graph,
      ...(description === '' ? {} : { description: storable(description, 2_000) }),
      ...(settings === undefined ? {} : { settings }),
    },
    notes: drawn.notes,
  }

  /** `asked`: the branch before it. */
  function draw(step: Members): { id: string; notifies: boolean; asked: string | null } | null {
    const template = membersOf(step.template)
    writing.isOld = Object.keys(template).length > 0
    const type = textIn(step.type) || textIn(template.type)
    const controls = {
      ...template,
      ...membersOf(step.metadata),
      ...membersOf(membersOf(step.controls).values),
      ...membersOf(step.controlValues),
    }
    const called = textIn(step.name) || textIn(step.stepId) || type
    if (step.active === false) {
      drawn.note(null, `${called} was switched off, and is left out`, `${called} estaba desactivado y se omite`)
      return null
    }
    const conditions = conditionsOf(step, controls)
    if (type === 'digest' && conditions === null && leads.every(({ from }) => from === start)) {
      const gathered = gatheredBy(controls, writing.isOld)
      if (settings === undefined && gathered !== null) {
        settings = gathered
        writing.gathers = true
        drawn.note(
          null,
          `${called}: what comes within that time begins one run (batch in the settings of the flow), in turns of 100 at most; \`vars.batch\` has the events, each with its \`data\``,
          `${called}: lo que llega en ese tiempo comienza una sola ejecución (batch en los ajustes del flujo), de a 100 como máximo; \`vars.batch\` tiene los eventos, cada uno con su \`data\``,
        )
        return null
      }
    }
    const asked = conditions === null ? null : ask(called, conditions)
    const isOff = off.has(type)
    const id =
      type === 'delay'
        ? delayOf(drawn, called, controls, writing.isOld)
        : isOff
          ? null
          : channel(called, type, controls)
    const made = id ?? drawn.add(called, `novu.${type}`, controls)
    leadTo(made)
    if (isOff) {
      drawn.note(
        made,
        `${called}: ${type} was off here unless somebody switched it on for themselves, which nothing here does; it stands in the draft as it was`,
        `${called}: ${type} estaba apagado aquí salvo que alguien lo encendiera para sí, lo que aquí no existe; queda en el borrador como estaba`,
      )
    } else if (id === null && isBlocks(isSaid(controls.body) ? controls.body : controls.content)) {
      drawn.note(
        made,
        `${called}: its body is made of blocks that nothing here reads; write it as text. It stands in the draft as it was`,
        `${called}: su cuerpo está hecho de bloques que aquí nada lee; escríbelo como texto. Queda en el borrador como estaba`,
      )
    } else if (id === null) {
      const [en, es] = ownIn(UNLIKE, type) ?? [`there is no step like ${type} here`, `aquí no hay un paso como ${type}`]
      drawn.note(
        made,
        `${called}: ${en}; it stands in the draft as it was`,
        `${called}: ${es}; queda en el borrador como estaba`,
      )
    }
    if (id !== null) tellUnread(drawn, id, called, leftOut(step, controls))
    return { id: made, notifies: id !== null && type !== 'delay', asked }
  }

  /** What a step asks stands before it: as a branch, or as it was. @returns the branch, if it is one */
  function ask(called: string, conditions: Members): string | null {
    const when = whenOf(conditions)
    if (when !== null) {
      const id = drawn.add(`${called} if`, 'branch', { cases: [{ handle: 'holds', when }] })
      leadTo(id)
      leads = [{ from: id, ways: ['holds'] }]
      return id
    }
    const id = drawn.add(`${called} if`, 'novu.conditions', conditions)
    leadTo(id)
    leads = [{ from: id, ways: [undefined] }]
    drawn.note(
      id,
      `${called}: its conditions ask what nothing here knows; they stand before it in the draft as they were: put a branch in their place`,
      `${called}: sus condiciones preguntan lo que aquí nada conoce; quedan antes de él en el borrador como estaban: pon una bifurcación en su lugar`,
    )
    return null
  }

  function channel(called: string, type: string, controls: Members): string | null {
    const known = ownIn(CHANNEL_OF, type)
    if (known === undefined || !(CHANNELS as readonly string[]).includes(known)) return null
    const given = isSaid(controls.body) ? controls.body : controls.content
    const page = pageOf(given)
    // Nobody is to get what the blocks look like inside.
    if (page === null && isBlocks(given)) return null
    const body = page?.html ?? textIn(given)
    const title = textIn(controls.subject) || textIn(controls.title)
    const isHtml = type === 'email' && (page !== null || /<[a-z!]/i.test(body))
    const plain = page?.words ?? (isHtml ? wordsIn(body) : body)
    const to =
      membersOf(membersOf(controls.primaryAction).redirect).url ??
      membersOf(controls.redirect).url ??
      membersOf(membersOf(controls.cta).data).url
    const said = textIn(to)
    // Of a page that only Novu's reader knows nothing here can be opened.
    const isOpened = said === '' || /^\s*(?:\{\{|[A-Za-z][\w+.-]*:)/.test(said)
    const link = isOpened ? said : ''
    const content = {
      ...(title === '' && type !== 'email' ? {} : { title: texts(title || called) }),
      body: texts(plain || title || called),
      ...(isHtml ? { html: texts(body) } : {}),
    }
    const id = drawn.add(called, 'notify', {
      content,
      channels: [known],
      ...(link === '' ? {} : { deepLink: texts(link) }),
    })
    if (!isOpened) {
      const shown = said.slice(0, 200)
      drawn.note(
        id,
        `${called}: its link (${shown}) is no whole address, and is left out; write it with https:// in deepLink`,
        `${called}: su enlace (${shown}) no es una dirección completa y se omite; escríbelo con https:// en deepLink`,
      )
    }
    const strange = [...new Set([title, body, link].flatMap((text) => strangeIn(texts(text))))].slice(0, 20).join(', ')
    if (strange !== '') {
      drawn.note(
        id,
        `${called}: its texts name what nothing here knows (${strange}); they stay as they were written`,
        `${called}: sus textos nombran lo que aquí nada conoce (${strange}); quedan como estaban`,
      )
    }
    if (page !== null && page.lost.length > 0) {
      const list = page.lost.slice(0, 20).join(', ').slice(0, 400)
      drawn.note(
        id,
        `${called}: of its body these blocks are not carried over: ${list}`,
        `${called}: de su cuerpo no se trasladan estos bloques: ${list}`,
      )
    }
    if (page !== null) {
      drawn.note(
        id,
        `${called}: its body was made of blocks, and is a plain page here, without their colours and sizes; look at it before you publish`,
        `${called}: su cuerpo estaba hecho de bloques y aquí es una página sencilla, sin sus colores ni tamaños; mírala antes de publicar`,
      )
    }
    const buttons = listOf(membersOf(membersOf(controls.cta).action).buttons)
    const label = textIn(membersOf(controls.primaryAction).label) || textIn(buttons[0]?.content)
    if (label !== '') {
      drawn.note(
        id,
        `${called}: a notification is opened as a whole; the words of its button (${label}) are left out`,
        `${called}: una notificación se abre entera; las palabras de su botón (${label}) se omiten`,
      )
    }
    if (textIn(controls.avatar) !== '') {
      drawn.note(
        id,
        `${called}: notifications have no picture of their own; its avatar is left out`,
        `${called}: las notificaciones no tienen imagen propia; su avatar se omite`,
      )
    }
    if (Object.keys(membersOf(controls.secondaryAction)).length > 0 || buttons.length > 1) {
      drawn.note(
        id,
        `${called}: a notification has one link; the second button is left out`,
        `${called}: una notificación tiene un enlace; el segundo botón se omite`,
      )
    }
    return id
  }
}

/** Steps that are here in part: what is said of those that are not. */
const UNLIKE: { readonly [type: string]: readonly [en: string, es: string] } = {
  digest: [
    'here events are gathered before a run begins only: by a digest that is the first step, has no conditions, and is of a plain time (regular, with no look back)',
    'aquí los eventos se reúnen solo antes de que comience la ejecución: con un digest que sea el primer paso, sin condiciones y de un tiempo simple (regular, sin look back)',
  ],
  delay: [
    'until when it waits is said as nothing here reads it (a cron, or a span that is none)',
    'hasta cuándo espera está dicho como aquí nada lo lee (un cron, o un tiempo que no lo es)',
  ],
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== ''
/** Whether a body is something inside, and no text for people. */
const isBlocks = (value: unknown): boolean =>
  typeof value === 'string' ? /^\s*(?:\{\s*"|\[\s*\{)/.test(value) : typeof value === 'object' && value !== null

/** Members of a step that are read, told of by themselves, or nothing to what it does. */
const OF_STEP: ReadonlySet<string> = new Set([
  ...['id', '_id', 'uuid', 'stepId', 'slug', 'name', 'type', 'active', 'origin', 'workflowId', 'workflowDatabaseId'],
  ...['template', '_templateId', '_parentId', 'metadata', 'controls', 'controlValues', 'variables', 'issues'],
  ...['filters', 'shouldStopOnFail', 'replyCallback', 'stepResolverHash', 'createdAt', 'updatedAt'],
])
/** The same of what a step is given, in all forms. */
const OF_CONTROLS: ReadonlySet<string> = new Set([
  ...['type', 'name', 'active', 'deleted', 'variables', 'contentType', 'createdAt', 'updatedAt', '__v', '_id', 'id'],
  ...['_environmentId', '_organizationId', '_creatorId', '_parentId', 'stepId', 'skip'],
])
const OF_DELAY: ReadonlySet<string> = new Set([...OF_CONTROLS, 'amount', 'unit', 'delayPath', 'dynamicKey'])
const OF_CHANNEL: ReadonlySet<string> = new Set([
  ...OF_CONTROLS,
  ...['subject', 'title', 'body', 'content', 'editorType', 'rendererType', 'disableOutputSanitization'],
  ...['primaryAction', 'secondaryAction', 'redirect', 'cta', 'avatar'],
])

/** What of a step that has a counterpart nobody reads. */
function leftOut(step: Members, controls: Members): string[] {
  const type = textIn(step.type) || textIn(membersOf(step.template).type)
  const names = [...unreadIn(step, OF_STEP), ...unreadIn(controls, type === 'delay' ? OF_DELAY : OF_CHANNEL)]
  if (membersOf(step.replyCallback).active === true) names.push('replyCallback')
  return names.filter((name) => name !== 'severity' || step.severity !== 'none')
}

/** The preferences of a workflow: its own before those of its code; in older templates `preferenceSettings`. */
function preferencesOf(workflow: Members): { all: Members; channels: Members; old: Members } {
  const { user, default: usual } = membersOf(workflow.preferences)
  const { all, channels } = membersOf(user ?? usual)
  return { all: membersOf(all), channels: membersOf(channels), old: membersOf(workflow.preferenceSettings) }
}

/** Kinds of steps that reach nobody unless somebody switched them on for themselves. */
function switchedOff(workflow: Members): ReadonlySet<string> {
  const { all, channels, old } = preferencesOf(workflow)
  const isOff = (type: string) => old[type] === false || (membersOf(channels[type]).enabled ?? all.enabled) === false
  return new Set(CHANNELS_OF_NOVU.filter(isOff))
}

/** What of a workflow as a whole has no counterpart. */
function tellOfWorkflow(drawn: Drawing, workflow: Members): void {
  if (workflow.active === false)
    drawn.note(
      null,
      'the workflow was switched off; it does nothing here either until it is published',
      'el workflow estaba desactivado; aquí tampoco hace nada hasta que se publique',
    )
  if (workflow.critical === true || preferencesOf(workflow).all.readOnly === true)
    drawn.note(
      null,
      'people could not switch it off (critical, readOnly); here quiet hours and caps hold for it, unless its steps say `critical`',
      'las personas no podían apagarlo (critical, readOnly); aquí valen para él las horas de silencio y los topes, salvo que sus pasos digan `critical`',
    )
  const severity = textIn(workflow.severity)
  if (severity !== '' && severity !== 'none')
    drawn.note(
      null,
      `its severity (${severity.slice(0, 100)}) is not carried over: notifications have none here`,
      `su gravedad (${severity.slice(0, 100)}) no se traslada: aquí las notificaciones no la tienen`,
    )
  const tags = Array.isArray(workflow.tags)
    ? workflow.tags.map((tag) => textIn(tag) || textIn(membersOf(tag).name))
    : []
  const list = tags
    .filter((tag) => tag !== '')
    .slice(0, 20)
    .join(', ')
  if (list !== '')
    drawn.note(
      null,
      `its tags are not carried over (${list}); the kind of a notification is the \`category\` of its step`,
      `sus etiquetas no se trasladan (${list}); la clase de una notificación es la \`category\` de su paso`,
    )
}
