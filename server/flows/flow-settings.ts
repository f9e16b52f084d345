import { type Static, Type } from '@sinclair/typebox'
import { CANCEL_ROOTS } from '#flows/cancelling.ts'
import type { Findings } from '#flows/compiler.ts'
import type { EntryControl } from '#flows/entry/control.ts'
import type { CancelRule, Flow } from '#flows/flow.ts'
import { beside, type Judged } from '#flows/judged.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { DURATION, EVENT_TYPE, EXPRESSION, NO_FIXED_LENGTH, NOTHING, onlyWith } from '#flows/nodes/fields.ts'
import { parseDuration, type Span } from '#platform/duration.ts'

const closed = { additionalProperties: false }

const CANCEL = Type.Union([
  EVENT_TYPE,
  Type.Object(
    { event: EVENT_TYPE, where: Type.Optional(EXPRESSION), samePerson: Type.Optional(Type.Boolean()) },
    closed,
  ),
])

/** What an author says of a flow as a whole. */
export const SETTINGS = Type.Object(
  {
    key: Type.Optional(EXPRESSION),
    onePerKey: Type.Optional(Type.Boolean()),
    cancelOn: Type.Optional(Type.Array(CANCEL, { maxItems: 50 })),
    timeLimit: Type.Optional(DURATION),
    onError: Type.Optional(Type.String({ format: 'uuid', description: 'Id of a flow' })),
    goal: Type.Optional(
      Type.Object({ event: EVENT_TYPE, within: Type.Optional(DURATION), ends: Type.Optional(Type.Boolean()) }, closed),
    ),
    oncePer: Type.Optional(DURATION),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    rate: Type.Optional(Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 10_000 }), per: DURATION }, closed)),
    debounce: Type.Optional(DURATION),
    batch: Type.Optional(Type.Object({ size: Type.Integer({ minimum: 2, maximum: 100 }), within: DURATION }, closed)),
    priority: Type.Optional(EXPRESSION),
  },
  closed,
)
type Settings = Static<typeof SETTINGS>

export type FlowSettings = Pick<Flow, 'key' | 'onePerKey' | 'cancelOn' | 'timeLimit' | 'onError' | 'goal' | 'entry'>

const NONE: FlowSettings = {
  key: null,
  onePerKey: true,
  cancelOn: [],
  timeLimit: null,
  onError: null,
  goal: null,
  entry: null,
}

/** Whether runs begin with a list of events. */
export const gathers = ({ data }: Judged): boolean => (data as Settings | null)?.batch !== undefined

/** Compiles what `SETTINGS` judged; its faults and those of its expressions and durations go to `found`. */
export function compileSettings(judged: Judged, found: Findings, compiler: Compiler): FlowSettings {
  for (const { path, says } of judged.faults) {
    found.faults.push({ nodeId: null, path: path === '' ? 'settings' : `settings.${path}`, says })
  }
  if (judged.data === null) return NONE
  const given = judged.data as Settings
  const { key, onePerKey = true, cancelOn = [], timeLimit, onError, goal } = given
  const before = found.faults.length
  const within = goal?.within === undefined ? null : compiler.duration('goal.within', goal.within)
  const stated = goal?.within === undefined ? null : parseDuration(goal.within)
  if (stated?.ms === 0 && stated.months === 0) compiler.doubt('goal.within', NOTHING)
  if (onError !== undefined) compiler.flow('onError', onError)
  const settings = {
    key: key === undefined || key.trim() === 'event.subject' ? null : compiler.cel('key', key, 'key'),
    onePerKey,
    cancelOn: cancelOn.map((rule, i) => cancelOf(rule, `cancelOn.${i}`, compiler)),
    timeLimit: timeLimit === undefined ? null : someSpan('timeLimit', timeLimit, compiler),
    onError: onError ?? null,
    goal: goal === undefined ? null : { event: goal.event, within, ends: goal.ends ?? false },
    entry: entryOf(given, compiler),
  }
  if (judged.faults.length > 0) found.faults.push(...beside(found.faults.splice(before), 'settings', judged))
  return settings
}

const ONLY_LAST = {
  en: 'knows only last, the event that came, and now',
  es: 'solo conoce last, el evento que llegó, y now',
}

function cancelOf(rule: Static<typeof CANCEL>, path: string, compiler: Compiler): CancelRule {
  if (typeof rule === 'string') return { event: rule, where: null, samePerson: false }
  const where = rule.where === undefined ? null : compiler.cel(`${path}.where`, rule.where, 'condition')
  if (where !== null && [...where.roots].some((root) => !CANCEL_ROOTS.includes(root))) {
    compiler.fault(`${path}.where`, ONLY_LAST)
  }
  return { event: rule.event, where, samePerson: rule.samePerson ?? false }
}

function entryOf(settings: Settings, compiler: Compiler): EntryControl | null {
  const { oncePer, concurrency, rate, debounce, batch, priority } = settings
  const queues = concurrency !== undefined || rate !== undefined
  if (priority !== undefined && !queues) compiler.fault('priority', onlyWith('concurrency / rate'))
  if (debounce !== undefined && batch !== undefined) {
    compiler.fault('batch', { en: 'does not go with debounce', es: 'no va junto con debounce' })
  }
  const made: EntryControl = {
    oncePer: oncePer === undefined ? null : someSpan('oncePer', oncePer, compiler),
    concurrency: concurrency ?? null,
    rate: rate === undefined ? null : { limit: rate.limit, perMs: fixedMs('rate.per', rate.per, compiler) },
    debounceMs: debounce === undefined ? null : fixedMs('debounce', debounce, compiler),
    batch: batch === undefined ? null : { size: batch.size, withinMs: fixedMs('batch.within', batch.within, compiler) },
    priority: priority === undefined ? null : compiler.cel('priority', priority, 'value'),
  }
  return Object.values(made).every((value) => value === null) ? null : made
}

function someSpan(path: string, source: string, compiler: Compiler): Span {
  const span = compiler.duration(path, source)
  const stated = parseDuration(source)
  if (stated?.ms === 0 && stated.months === 0) compiler.fault(path, NOTHING)
  return span
}

function fixedMs(path: string, source: string, compiler: Compiler): number {
  const { months, ms } = someSpan(path, source, compiler)
  if (months > 0) compiler.fault(path, NO_FIXED_LENGTH)
  return ms
}
