import { typeFault } from '#events/index.ts'
import type { CelUse } from '#platform/cel/language.ts'
import { type Fault, says } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import { compileMessageCel, type MessageExpression } from './language.ts'

/** What makes an event of a message; all but `type` are CEL over `body`, `headers` and `now`. */
export type Mapping = {
  /** The type of each event, as it is. */
  type?: string
  /** The type, out of the message. */
  typeFrom?: string
  id?: string
  subject?: string
  /** The conversation that it belongs to. */
  conversation?: string
  time?: string
  data?: string
}

export type CompiledMapping = {
  type: string | MessageExpression
  id: MessageExpression | null
  subject: MessageExpression | null
  conversation: MessageExpression | null
  time: MessageExpression | null
  data: MessageExpression | null
}

const USES: Readonly<Record<Exclude<keyof Mapping, 'type'>, CelUse>> = {
  typeFrom: 'text',
  id: 'key',
  subject: 'key',
  conversation: 'key',
  time: 'time',
  data: 'value',
}

const isUse = (name: string): name is keyof typeof USES => Object.hasOwn(USES, name)

/** What is wrong with a mapping besides its form; paths begin at the mapping. */
export function mappingFaults(mapping: { readonly [name: string]: unknown }): Fault[] {
  const faults = exactlyOne(mapping, ['type', 'typeFrom'])
  if (typeof mapping.type === 'string') {
    const fault = typeFault(mapping.type)
    if (fault !== null) faults.push({ path: '/type', message: fault })
  }
  for (const [name, source] of Object.entries(mapping)) {
    if (!isUse(name) || typeof source !== 'string') continue
    const made = compileMessageCel(source, USES[name])
    const found = made.faults ?? made.doubts
    faults.push(...found.map(({ en, es }) => ({ path: `/${name}`, ...says(en, es) })))
  }
  return faults
}

/** @throws Error for a mapping with faults, which nobody stores */
export function compileMapping(mapping: Mapping): CompiledMapping {
  const cel = (name: keyof typeof USES): MessageExpression | null => {
    const source = mapping[name]
    if (source === undefined) return null
    const made = compileMessageCel(source, USES[name])
    if (made.cel === undefined) throw new Error(`the mapping of ${name} ${made.faults[0]?.en}`)
    return made.cel
  }
  const type = mapping.type ?? cel('typeFrom')
  if (type === null) throw new Error('the mapping has no type')
  return {
    type,
    id: cel('id'),
    subject: cel('subject'),
    conversation: cel('conversation'),
    time: cel('time'),
    data: cel('data'),
  }
}
