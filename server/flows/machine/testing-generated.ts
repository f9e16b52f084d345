import { type Chance, chanceOf } from '#flows/machine/chance.ts'
import { OTHER } from '#flows/machine/testing-earnest.ts'
import type { Act, World } from '#flows/machine/testing-worlds.ts'
import { graph } from '#flows/testing.ts'

/*
 * Worlds by chance: a flow of any shape, a queue, hours, rules and what people do. Of what is due at the very same moment
 * production has no order, so that times of queues, waits and people never meet.
 */

const MINUTE = 60_000
const DURATIONS = ['PT30M', 'PT1H', 'PT3H', 'PT12H', 'P1D']
const HEARD = ['answer', 'told.it', 'patient_replied', 'closed', 'extended', 'tagged', 'message_sent', 'assigned']
const CONDITIONS = [
  "'vip' in encounter.tags",
  'size(encounter.tags) > 1',
  'event.data.n > 2',
  "vars.x == 'a'",
  "encounter.status == 'open'",
  "encounter.status == 'closed'",
  "encounter.team == 'night'",
  'encounter.round > 0',
  'has(last.data.n)',
]
const TEXTS = ['Venga', 'Son {{ encounter.tags | size }}', '{{ vars.x }}', '{{ encounter.tags | join: "," }} {{ now }}']

type Data = { readonly [name: string]: unknown }

/** @param isSilent it begins with a silence: whoever assigns then begins the next one, without an end */
function drawn(chance: Chance, isSilent: boolean) {
  const nodes: [id: string, type: string, data?: Data][] = []
  const edges: string[] = []
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T
  const maybe = (p: number) => chance() < p

  /** @param outs what leads to it @returns its id */
  function step(outs: readonly string[], type: string, data?: Data): string {
    const id = `${type}${nodes.length}`
    nodes.push(data === undefined ? [id, type] : [id, type, data])
    edges.push(...outs.map((out) => `${out} ${id}`))
    return id
  }
  const xIs = (outs: readonly string[]) => step(outs, 'set', { vars: { x: pick(["'a'", "'b'", 'event.data.n']) } })
  const event = (name: string) => (name.includes('.') || name === 'answer' ? name : `encounter.${name}`)

  function notification(): Data {
    const channels = pick([['push'], ['email'], ['inbox'], ['push', 'email'], ['email', 'push', 'inbox']])
    return {
      channels,
      ...(maybe(0.3) ? { template: 'come-back' } : { content: { title: 'Hola', body: pick(TEXTS) } }),
      ...(maybe(0.2) ? { category: 'offers' } : {}),
      ...(maybe(0.15) ? { critical: true } : {}),
      ...(maybe(0.2) ? { deepLink: false } : {}),
      ...(maybe(0.25) && channels.length > 1 ? { escalateAfter: 'PT1H' } : {}),
      ...(maybe(0.2) ? { to: { contactId: 'pedro' } } : {}),
    }
  }

  /** Steps with one way in and the ways out that it gives. What others decide comes in no sure order in two branches at once. */
  const blocks: { [name: string]: (outs: readonly string[], depth: number) => string[] } = {
    wait(outs) {
      const time = { time: pick(['09:15', '18:00']), zone: 'America/Santiago' }
      const span = { for: pick(DURATIONS), ...(maybe(0.3) ? { calendar: pick(['office', 'queue']) } : {}) }
      return [step(outs, 'wait', maybe(0.15) ? time : span)]
    },
    hear(outs) {
      const id = step(outs, 'waitForEvent', { event: event(pick(HEARD)), timeout: pick(DURATIONS) })
      const late = `${id}.timeout`
      return [`${id}.event`, maybe(0.5) ? step([late], 'message', { text: 'tarde {{ vars.x }}' }) : late]
    },
    branch(outs, depth) {
      const id = step(outs, 'branch', { cases: [{ handle: 'yes', when: pick(CONDITIONS) }] })
      return [...sequence([`${id}.yes`], depth + 1), `${id}.else`]
    },
    split(outs, depth) {
      const id = step(outs, 'split', { arms: ['a', 'b'].map((handle) => ({ handle, weight: 1 })) })
      return [...sequence([`${id}.a`], depth + 1), `${id}.b`]
    },
    parallel(outs, depth) {
      const id = step(outs, 'parallel')
      const one = sequence([step([id], 'message', { text: 'a la vez' })], depth + 1)
      const other = step([step([id], 'wait', { for: pick(DURATIONS) })], 'tag', { tags: ['x'] })
      return [step([...one, other], 'join', { mode: pick(['all', 'any']) })]
    },
    each(outs) {
      const id = step(outs, 'forEach', { items: pick(['event.data.list', '["p", "q"]']), as: 'it' })
      const said = step([`${id}.item`], 'message', { text: '{{ vars.it }}' })
      if (maybe(0.6)) step([said], 'wait', { for: pick(DURATIONS) })
      return [`${id}.done`]
    },
    notify(outs) {
      const id = step(outs, 'notify', notification())
      const ways = ['sent', 'failed', 'suppressed'].map((way) => `${id}.${way}`)
      return maybe(0.5) ? [`${id}.sent`, xIs(ways.slice(1))] : ways
    },
    message: (outs) => [step(outs, 'message', { text: pick(TEXTS) })],
    extend: (outs) => [step(outs, 'extend', { by: pick(['PT1H', 'PT5H']) })],
    tag: (outs) => [step(outs, 'tag', { tags: pick([['vip'], ['quiet', 'vip'], ['x']]) })],
    assign: (outs) => [step(outs, 'assign', { team: pick(['night', 'day']) })],
    emit: (outs) => [step(outs, 'emit', { type: 'told.it', data: { who: '{{ contact.name }}' } })],
    set: (outs) => [xIs(outs)],
    subflow: (outs) => [step(outs, 'subflow', { flow: OTHER, wait: maybe(0.6) })],
    close: (outs) => [step(outs, 'close', { reason: 'abandoned' })],
  }
  const names = [...Object.keys(blocks), 'wait', 'hear', 'notify', 'notify'].filter(
    (name) => !(isSilent && name === 'assign'),
  )

  function sequence(outs: string[], depth: number): string[] {
    const length = depth === 0 ? 3 + Math.floor(chance() * 6) : depth < 3 ? 1 + Math.floor(chance() * 2) : 0
    let ends = outs
    for (let i = 0; i < length; i++) ends = (blocks[pick(names)] as (typeof blocks)[string])(ends, depth)
    return ends
  }
  return { nodes, edges, pick, maybe, step, xIs, sequence }
}

/** The same seed gives the same world. */
export function generated(seed: string): [drawn: unknown, world: World] {
  const chance = chanceOf(seed)
  const isSilent = chance() < 0.5
  const { nodes, edges, pick, maybe, step, xIs, sequence } = drawn(chance, isSilent)
  const start = step([], 'trigger', { event: isSilent ? 'encounter.tmipw_expired' : 'go' })
  step(sequence([xIs([start])], 0), 'end', { outcome: 'over' })
  const flow = graph(nodes, edges, {
    ...(maybe(0.3) ? { cancelOn: [pick(['stop.it', 'encounter.closed', 'encounter.patient_replied'])] } : {}),
    ...(maybe(0.3) ? { goal: { event: pick(['bought', 'encounter.patient_replied']), ends: maybe(0.5) } } : {}),
    ...(maybe(0.2) ? { timeLimit: pick(['PT2H20M', 'P2DT20M']) } : {}),
    ...(maybe(0.15) ? { onePerKey: false } : {}),
  })
  const days = ['mon', 'tue', 'wed', 'thu', 'fri']
  const week = Object.fromEntries(days.map((day) => [day, [{ from: '09:00', to: '18:00' }]]))
  const data = () => ({ n: Math.floor(chance() * 5), list: ['x', 'y', 'z'].slice(0, Math.floor(chance() * 4)) })
  const acts = Array.from({ length: Math.floor(chance() * 5) }, (_, i): Act => {
    const after = Math.floor(chance() * 144) * 30 * MINUTE + 7_000
    const type = pick(['answer', 'answer', 'stop.it', 'bought', 'go', 'told.it'])
    return maybe(0.4) ? { after, reply: `r${i}` } : { after, event: { type, data: data() } }
  })
  const quiet = { name: 'Q', from: pick(['10:15', '20:00']), to: pick(['15:00', '08:00']) }
  const cap = { name: 'C', most: pick([1, 2]), per: 'P1D', exceptCategories: ['offers'] }
  const queue = {
    name: 'Q',
    continuity: true,
    max_inactive_patient_warning_time: 37,
    max_inactive_patient_time: pick([313, 613, 1_453]),
    close_inactive_encounters: maybe(0.8),
    ...(maybe(0.25) ? { calendarId: 'office' } : {}),
    ...(maybe(0.3) ? { continuity_extension_time: 60 } : {}),
  }
  const rules = {
    timeZone: 'UTC',
    quietHours: maybe(0.7) ? [{ ...quiet, action: pick(['hold', 'drop']) }] : [],
    caps: maybe(0.5) ? [{ ...cap, action: pick(['hold', 'drop']) }] : [],
  }
  return [
    flow,
    {
      queue,
      calendars: { office: { timeZone: 'America/Santiago', week } },
      acts,
      other: called(chance),
      ...(isSilent ? {} : { event: { type: 'go', data: data() } }),
      ...(maybe(0.35) ? { rules } : {}),
    },
  ]
}

/** A flow that is begun by another one. */
function called(chance: Chance) {
  const { nodes, edges, pick, maybe, step, xIs } = drawn(chance, false)
  let outs = [step([], 'trigger', { manual: true })]
  if (maybe(0.5)) outs = [step(outs, 'wait', { for: pick(DURATIONS) })]
  if (maybe(0.5)) outs = [step(outs, 'message', { text: 'dentro' })]
  if (maybe(0.5)) outs = [step(outs, 'tag', { tags: ['inner'] })]
  if (maybe(0.5)) {
    const id = step(outs, 'notify', { content: { body: 'dentro' }, channels: ['push'] })
    outs = ['sent', 'failed', 'suppressed'].map((way) => `${id}.${way}`)
  }
  step([xIs(outs)], 'end')
  return graph(nodes, edges)
}
