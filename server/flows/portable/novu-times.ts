import type { Graph } from '#flows/graph.ts'
import { type Drawing, durationOf, memberPath, membersOf, textIn } from '#flows/portable/drawing.ts'

/*
 * How long steps of Novu wait, and what they gather meanwhile.
 */

type Members = { [name: string]: unknown }

/** More events do not begin a run together. */
const MOST_TOGETHER = 100

/** A field of the payload, which older templates do not say whose it is. */
function fieldOf(name: string, isOld: boolean): string | null {
  const path = name.split('.')
  if (path[0] === 'payload') path.shift()
  else if (!isOld) return null
  return path.length === 0 || path.includes('') ? null : memberPath('event.data', path)
}

/** A wait: for so long, or until a moment of the payload. @returns null where it is neither */
export function delayOf(drawn: Drawing, called: string, controls: Members, isOld: boolean): string | null {
  const type = textIn(controls.type) || 'regular'
  const until = fieldOf(textIn(controls.delayPath) || textIn(controls.dynamicKey), isOld)
  if ((type === 'scheduled' || type === 'dynamic') && until !== null) {
    const id = drawn.add(called, 'wait', { until: `timestamp(${until})` })
    drawn.note(
      id,
      `${called}: waits until the moment in ${until}, which has to say its offset (2027-01-31T09:00:00Z); without it the run fails`,
      `${called}: espera hasta el momento de ${until}, que debe llevar su desfase horario (2027-01-31T09:00:00Z); sin él la ejecución falla`,
    )
    return id
  }
  const time = type === 'regular' || type === 'delay' ? durationOf(controls.amount, controls.unit) : null
  return time === null ? null : drawn.add(called, 'wait', { for: time })
}

/**
 * What a digest that is the first step of a workflow does, as settings of the flow: it gathers what comes for one person,
 * and for one value of its key. @returns null where it gathers otherwise
 */
export function gatheredBy(controls: Members, isOld: boolean): Graph['settings'] | null {
  const { amount, unit, digestKey, backoff, lookBackWindow } = controls
  const within = durationOf(amount, unit)
  // Of a month nobody knows how long it is.
  if ((textIn(controls.type) || 'regular') !== 'regular' || within === null || /M$/.test(within.split('T')[0] ?? ''))
    return null
  if (backoff === true || Object.keys(membersOf(lookBackWindow)).length > 0) return null
  const person = 'string(event.data.contactId)'
  const named = textIn(digestKey).replace(/^\{\{\s*|\s*\}\}$/g, '')
  if (named === '') return { key: person, batch: { size: MOST_TOGETHER, within } }
  const field = fieldOf(named, isOld)
  return field === null ? null : { key: `${person} + ":" + string(${field})`, batch: { size: MOST_TOGETHER, within } }
}
