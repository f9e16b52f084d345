/** The sending rules as their form holds them: every setting is there, what the program takes as usual is written out. */
import type { UseFormReturnType } from '@mantine/form'
import type { Schema } from '../../api/client.ts'
import { DAYS, type Day, timeOf } from '../../calendars/openings.ts'
import type { Channel } from '../state.tsx'

export type SendingRules = Schema<'SendingRules'>
export type QuietHours = SendingRules['quietHours'][number]
export type Cap = SendingRules['caps'][number]

type Rule = {
  /** Of the row in the page, whichever it comes to be. */
  key: string
  name: string
  action: 'hold' | 'drop'
  channels: Channel[]
  categories: string[]
  exceptCategories: string[]
}
export type QuietValues = Rule & { from: string; to: string; days: Day[] }
export type CapValues = Rule & { most: number | string; per: string; first: string[] }
export type Values = { timeZone: string; quietHours: QuietValues[]; caps: CapValues[] }
export type RulesFormOf = UseFormReturnType<Values>

export const CHANNELS = ['push', 'email', 'inbox'] as const
/** Of a rule that names none: the inbox lies still until somebody opens it. */
export const USUAL_CHANNELS: readonly Channel[] = ['push', 'email']

let rows = 0
const key = () => `rule-${++rows}`

const ruleIn = ({ name, action, channels, categories = [], exceptCategories = [] }: QuietHours | Cap): Rule => ({
  key: key(),
  name,
  action,
  channels: [...(channels ?? USUAL_CHANNELS)],
  categories,
  exceptCategories,
})

export const quietIn = (hours: QuietHours): QuietValues => ({
  ...ruleIn(hours),
  from: hours.from,
  to: hours.to,
  days: [...(hours.days ?? DAYS)],
})

export const capIn = (cap: Cap): CapValues => ({
  ...ruleIn(cap),
  most: cap.most,
  per: cap.per,
  first: cap.first ?? [],
})

export const valuesOf = ({ timeZone, quietHours, caps }: SendingRules): Values => ({
  timeZone,
  quietHours: quietHours.map(quietIn),
  caps: caps.map(capIn),
})

const some = <Name extends string>(name: Name, list: readonly string[]) =>
  (list.length === 0 ? {} : { [name]: list }) as { [K in Name]?: string[] }

function ruleOf({ name, action, channels, categories, exceptCategories }: Rule) {
  const chosen = CHANNELS.filter((channel) => channels.includes(channel))
  return {
    name: name.trim(),
    action,
    ...(chosen.join() === USUAL_CHANNELS.join() ? {} : { channels: chosen }),
    ...some('categories', categories),
    ...some('exceptCategories', exceptCategories),
  }
}

export const quietOf = (values: QuietValues): QuietHours => ({
  ...ruleOf(values),
  from: timeOf(values.from) ?? values.from,
  to: timeOf(values.to) ?? values.to,
  ...(values.days.length === DAYS.length ? {} : { days: DAYS.filter((day) => values.days.includes(day)) }),
})

export const capOf = (values: CapValues): Cap => ({
  ...ruleOf(values),
  most: Number(values.most),
  per: values.per,
  // Nothing waits for room where it is not sent.
  ...(values.action === 'hold' ? some('first', values.first) : {}),
})

export const rulesOf = ({ timeZone, quietHours, caps }: Values): SendingRules => ({
  timeZone,
  quietHours: quietHours.map(quietOf),
  caps: caps.map(capOf),
})

export const isMost = (given: number | string): boolean =>
  given !== '' && Number.isInteger(Number(given)) && Number(given) >= 1 && Number(given) <= 100

/** Whether its sentence can be said: what is half written says nothing. */
export const saysQuiet = ({ from, to, days, channels }: QuietValues): boolean =>
  timeOf(from) !== null && timeOf(to) !== null && timeOf(from) !== timeOf(to) && days.length > 0 && channels.length > 0
export const saysCap = ({ most, per, channels }: CapValues): boolean =>
  isMost(most) && per !== '' && channels.length > 0
