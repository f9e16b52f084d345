import { type Static, Type } from '@sinclair/typebox'
import { patternMistakes } from '#events/index.ts'
import type { Cel } from '#flows/cel.ts'
import { cronFault } from '#flows/cron.ts'
import { fieldWords } from '#flows/field-words.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { nodeKind } from '#flows/node-kind.ts'
import { EXPRESSION, noZone, onlyWith, PATTERN } from '#flows/nodes/fields.ts'
import { isZone } from '#flows/nodes/wait.ts'
import { oneOfFaults } from '#platform/schema/one-of.ts'

const CRON = Type.String({ minLength: 1, maxLength: 100, description: 'five fields, like 0 9 * * 1-5' })
const ZONE = Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone' })

const DATA = Type.Object(
  {
    event: Type.Optional(PATTERN),
    where: Type.Optional(EXPRESSION),
    schedule: Type.Optional(
      Type.Union([CRON, Type.Object({ cron: CRON, zone: ZONE }, { additionalProperties: false })]),
    ),
    zone: Type.Optional(ZONE),
    manual: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
)

/** What begins a run here: an event that fits, a time of the clock, or somebody who asks for it. */
export type Begins =
  | { by: 'event'; pattern: string; where: Cel | null }
  | { by: 'schedule'; cron: string; zone: string }
  | { by: 'request' }

/** Where runs begin. Whether an event starts one is judged before there is a run: see `triggerFor`. */
export const trigger = nodeKind({
  type: 'trigger',
  definition: {
    title: { es: 'Inicio', en: 'Trigger' },
    data: DATA,
    ways: () => ['out'],
    starts: true,
  },
  compile(data, compiler): Begins {
    for (const { name, says } of oneOfFaults(data, ['event', 'schedule', 'manual'], fieldWords))
      compiler.fault(name, says)
    if (data.where !== undefined && data.event === undefined) compiler.fault('where', onlyWith('event'))
    if (data.event !== undefined) {
      for (const says of patternMistakes(data.event)) compiler.fault('event', says)
      const where = data.where === undefined ? null : compiler.cel('where', data.where, 'condition')
      return { by: 'event', pattern: data.event, where }
    }
    if (data.schedule !== undefined) return scheduleOf(data, compiler)
    if (data.zone !== undefined) compiler.fault('zone', onlyWith('schedule'))
    return { by: 'request' }
  },
  advance: (_ready, walk) => {
    walk.step.input = { event: walk.event.id, type: walk.event.type }
    return 'out'
  },
})

/** The pattern with its zone inside it, or beside it. */
function scheduleOf({ schedule, zone }: Static<typeof DATA>, compiler: Compiler): Begins {
  const inside = typeof schedule === 'object' ? schedule : null
  const cron = inside?.cron ?? String(schedule)
  const where = inside?.zone ?? zone
  const [cronPath, zonePath] = inside === null ? ['schedule', 'zone'] : ['schedule.cron', 'schedule.zone']
  if (inside !== null && zone !== undefined) {
    compiler.fault('zone', { en: 'stands inside the schedule already', es: 'ya está dentro de schedule' })
  }
  if (where === undefined) {
    compiler.fault('zone', {
      en: 'is needed with schedule: the clock of which place?',
      es: 'hace falta con schedule: ¿el reloj de qué lugar?',
    })
  } else if (!isZone(where)) compiler.fault(zonePath, noZone(where))
  const fault = cronFault(cron, where !== undefined && isZone(where) ? where : 'UTC')
  if (fault !== null) compiler.fault(cronPath, fault)
  return { by: 'schedule', cron, zone: where ?? 'UTC' }
}
