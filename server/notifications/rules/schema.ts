import { Type } from '@sinclair/typebox'
import { isTimeZone, WEEKDAYS } from '#conversations/index.ts'
import { parseDuration } from '#platform/duration.ts'
import { type Fault, says } from '#platform/problem.ts'
import { CHANNELS } from '../request.ts'
import { type Cap, LONGEST_CAP_MS, leavesNoTime, MOST_COUNTED, type QuietHours, type SendingRules } from './rules.ts'

const MOST_RULES = 20
const SHORTEST_CAP_MS = 60_000
/** In one line, with a character that shows. */
const ONE_LINE = /^(?=.*[^\s\p{Cc}\p{Cf}\p{Z}])[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

const categories = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
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
const time = (description: string) => Type.String({ maxLength: 5, description })

const fields = {
  timeZone: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'IANA zone of people whose own is not known: `America/Guayaquil`',
  }),
  quietHours: Type.Array(
    Type.Object({
      ...rule,
      from: time('HH:MM in the person’s zone'),
      to: time('HH:MM, also 24:00; not after `from`: on the next day'),
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
  for (const [i, cap] of caps.entries()) faults.push(...wordFaults(cap, `/caps/${i}`))
  for (const [i, hours] of quietHours.entries()) {
    const path = `/quietHours/${i}`
    const untimely = [
      ...(TIME.test(hours.from) ? [] : ['from']),
      ...(TIME.test(hours.to) || hours.to === '24:00' ? [] : ['to']),
    ]
    faults.push(...wordFaults(hours, path))
    for (const name of untimely) {
      faults.push({
        path: `${path}/${name}`,
        ...says('must be a time such as 21:00', 'debe ser una hora como 21:00'),
      })
    }
    if (untimely.length > 0) continue
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

/** Names and categories stand in reasons that people read. */
function wordFaults(rule: QuietHours | Cap, path: string): Fault[] {
  const { name, categories: only = [], exceptCategories = [] } = rule
  const first = 'first' in rule ? (rule.first ?? []) : []
  const words = [
    [`${path}/name`, name] as const,
    ...only.map((word, i) => [`${path}/categories/${i}`, word] as const),
    ...exceptCategories.map((word, i) => [`${path}/exceptCategories/${i}`, word] as const),
    ...first.map((word, i) => [`${path}/first/${i}`, word] as const),
  ]
  return words
    .filter(([, word]) => !ONE_LINE.test(word))
    .map(([at]) => ({
      path: at,
      ...says('must be one line that can be read', 'debe ser una línea que se pueda leer'),
    }))
}
