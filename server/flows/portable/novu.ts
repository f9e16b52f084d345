import type { Graph } from '#flows/graph.ts'
import {
  drawing,
  durationOf,
  eventTypeOf,
  listOf,
  membersOf,
  type Note,
  ownIn,
  textIn,
  wordsIn,
} from '#flows/portable/drawing.ts'
import { CHANNELS } from '#notifications/index.ts'

type Members = { [name: string]: unknown }

/** Channels by what Novu calls them. */
const CHANNEL_OF: { readonly [type: string]: string } = { in_app: 'inbox', email: 'email', push: 'push', sms: 'sms' }

/**
 * A workflow of Novu as a graph of ours: as its API gives it (`steps` with `type` and `controlValues`), or the older
 * notification template (`steps` with `template`). The trigger becomes an event of the same name.
 */
export function readNovu(value: unknown): { graph: Graph; notes: readonly Note[] } | null {
  const outer = membersOf(value)
  const workflow = Array.isArray(outer.steps) ? outer : membersOf(outer.data)
  if (!Array.isArray(workflow.steps)) return null
  const drawn = drawing()
  const name = textIn(workflow.name) || 'Novu'
  const identifier = textIn(workflow.workflowId) || textIn(listOf(workflow.triggers)[0]?.identifier) || name
  const event = eventTypeOf(identifier)
  let last = drawn.add('start', 'trigger', { event })
  drawn.note(
    last,
    `begins with the event ${event} instead of a call of Novu: whom it is for is \`contactId\` in its data, and \`payload\` is the data`,
    `comienza con el evento ${event} en lugar de una llamada a Novu: para quién es va en \`contactId\` de sus datos, y \`payload\` son los datos`,
  )
  for (const step of listOf(workflow.steps)) {
    const id = draw(step)
    if (id === null) continue
    drawn.edge(last, id)
    last = id
  }
  return { graph: drawn.graph(name), notes: drawn.notes }

  function draw(step: Members): string | null {
    const template = membersOf(step.template)
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
    const id = type === 'delay' ? delay(called, controls) : channel(called, type, controls)
    const made = id ?? drawn.add(called, `novu.${type}`, controls)
    if (id === null) {
      drawn.note(
        made,
        `${called}: there is no step like ${type} here; it stands in the draft as it was`,
        `${called}: aquí no hay un paso como ${type}; queda en el borrador como estaba`,
      )
    }
    const isFiltered = listOf(step.filters).length > 0 || Object.keys(membersOf(controls.skip)).length > 0
    if (isFiltered) {
      drawn.note(
        made,
        `${called}: its conditions are not carried over; put a branch before it`,
        `${called}: sus condiciones no se trasladan; pon una bifurcación antes`,
      )
    }
    return made
  }

  function delay(called: string, controls: Members): string | null {
    const time = durationOf(controls.amount, controls.unit)
    return (textIn(controls.type) || 'regular') !== 'regular' && textIn(controls.type) !== 'delay'
      ? null
      : time === null
        ? null
        : drawn.add(called, 'wait', { for: time })
  }

  function channel(called: string, type: string, controls: Members): string | null {
    const known = ownIn(CHANNEL_OF, type)
    if (known === undefined || !(CHANNELS as readonly string[]).includes(known)) return null
    const isBlocks = typeof controls.body !== 'string' && typeof controls.content !== 'string'
    const body = textIn(controls.body) || textIn(controls.content)
    const title = textIn(controls.subject) || textIn(controls.title)
    const isHtml = type === 'email' && /<[a-z!]/i.test(body)
    const plain = isHtml ? wordsIn(body) : body
    const to = membersOf(membersOf(controls.primaryAction).redirect).url ?? membersOf(controls.redirect).url
    const link = textIn(to)
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
    if (isBlocks || body.startsWith('{"')) {
      drawn.note(
        id,
        `${called}: its body is made of blocks; write it as text`,
        `${called}: su cuerpo está hecho de bloques; escríbelo como texto`,
      )
    }
    const label = textIn(membersOf(controls.primaryAction).label)
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
    if (Object.keys(membersOf(controls.secondaryAction)).length > 0) {
      drawn.note(
        id,
        `${called}: a notification has one link; the second button is left out`,
        `${called}: una notificación tiene un enlace; el segundo botón se omite`,
      )
    }
    return id
  }
}

/** Names of Novu's texts, in ours: `payload` is the data of the event, `subscriber` the contact. */
function texts(source: string): string {
  return source
    .replace(/\{\{\s*payload\./g, '{{ event.data.')
    .replace(/\{\{\s*subscriber\.firstName\s*\}\}\s+\{\{\s*subscriber\.lastName\s*\}\}/g, '{{ contact.name }}')
    .replace(/\{\{\s*subscriber\.(firstName|lastName)\b/g, '{{ contact.name')
    .replace(/\{\{\s*subscriber\.locale\b/g, '{{ contact.locale')
    .replace(/\{\{\s*subscriber\.subscriberId\b/g, '{{ contact.id')
    .replace(/\{\{\s*subscriber\.data\./g, '{{ contact.attributes.')
    .replace(/\{\{\s*subscriber\.(\w+)/g, '{{ contact.attributes.$1')
}
