import { Type } from '@sinclair/typebox'
import { isTimeZone, WEEKDAYS } from '#conversations/index.ts'
import { parseDuration } from '#platform/duration.ts'
import { type Fault, says } from '#platform/problem.ts'
import { CHANNELS } from '../request.ts'
import { LONGEST_CAP_MS, leavesNoTime, MOST_COUNTED, type SendingRules } from './rules.ts'

const MOST_RULES = 20
const SHORTEST_CAP_MS = 60_000
/** In one line, with a character that shows. */
const NAME = '^(?=.*[^\\s\\p{Cc}\\p{Cf}\\p{Z}])[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]+$'

const CATEGORY = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\p{Cc}\\p{Cs}]+$',
  description: 'Without control characters',
})
const categories = (description: string) =>
  Type.Optional(
    Type.Array(CATEGORY, {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      description,
    }),
  )
const rule = {
  name: Type.String({
    minLength: 1,
    maxLength: 80,
    pattern: NAME,
    description: 'Stands in the reason of what it stops',
  }),
  channels: Type.Optional(
    Type.Array(Type.Union(CHANNELS.map((name) => Type.Literal(name))), {
      minItems: 1,
      uniqueItems: true,
      description: 'Default: `push` and `email`; the inbox disturbs nobody',
    }),
  ),
  categories: categories('Default: all, also messages without one'),
  exceptCategories: categories('Not these'),
  action: Type.Union([Type.Literal('hold'), Type.Literal('drop')], {
    description:
      '`hold`: it waits until it may leave, and is judged again before it does. `drop`: the next channel of the message has its turn; where there is none, it is suppressed',
  }),
}
const time = (pattern: string, description: string) => Type.String({ pattern, description })

const fields = {
  timeZone: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'IANA zone of people whose own is not known: `America/Guayaquil`',
  }),
  quietHours: Type.Array(
    Type.Object({
      ...rule,
      from: time('^([01]\\d|2[0-3]):[0-5]\\d$', 'HH:MM in the person’s zone'),
      to: time('^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$', 'HH:MM; not after `from`: on the next day'),
      days: Type.Optional(
        Type.Array(Type.Union(WEEKDAYS.map((day) => Type.Literal(day))), {
          minItems: 1,
          uniqueItems: true,
          description: 'On which they begin; default every day',
        }),
      ),
    }),
    { maxItems: MOST_RULES },
  ),
  caps: Type.Array(
    Type.Object({
      ...rule,
      most: Type.Integer({ minimum: 1, maximum: MOST_COUNTED }),
      per: Type.String({
        maxLength: 40,
        description: 'Any stretch of that length: `P1D` is 24 hours. A minute to 31 days (ISO 8601 duration)',
      }),
      first: categories('Of those that wait for room, these go first, in this order'),
    }),
    { maxItems: MOST_RULES },
  ),
}
export const rulesBody = Type.Object(fields)
export const rulesAnswer = Type.Object(fields, { title: 'SendingRules' })

/** What the schema cannot say: the zone exists, hours leave some time, lengths are fixed and within bounds. */
export function rulesFaults({ timeZone, quietHours, caps }: SendingRules): Fault[] {
  const faults: Fault[] = []
  if (!isTimeZone(timeZone)) {
    faults.push({
      path: '/timeZone',
      ...says('is not an IANA time zone such as Europe/Madrid', 'no es una zona horaria, como Europe/Madrid'),
    })
  }
  for (const [i, hours] of quietHours.entries()) {
    const path = `/quietHours/${i}`
    if (hours.from === hours.to) {
      faults.push({ path, ...says('begins and ends at the same time', 'empieza y termina a la misma hora') })
    } else if (leavesNoTime([hours])) {
      faults.push({ path, ...says('leaves no time of the week', 'no deja ningún momento de la semana') })
    }
  }
  if (faults.length === 0 && leavesNoTime(quietHours)) {
    faults.push({
      path: '/quietHours',
      ...says('leave together no time of the week', 'no dejan entre todos ningún momento de la semana'),
    })
  }
  for (const [i, { per }] of caps.entries()) {
    const span = parseDuration(per)
    const path = `/caps/${i}/per`
    if (span === null) faults.push({ path, ...says('must be an ISO 8601 duration', 'debe ser una duración ISO 8601') })
    else if (span.months > 0) {
      faults.push({
        path,
        ...says('months and years have no fixed length', 'los meses y años no tienen una duración fija'),
      })
    } else if (span.ms < SHORTEST_CAP_MS || span.ms > LONGEST_CAP_MS) {
      faults.push({ path, ...says('must be from a minute to 31 days', 'debe ser de un minuto a 31 días') })
    }
  }
  return faults
}
