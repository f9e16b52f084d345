import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Fault } from '#platform/problem.ts'
import { type KafkaDestination, kafka } from './kafka.ts'
import type { DestinationKind } from './kind.ts'
import { type MqttDestination, mqtt } from './mqtt.ts'
import { type RabbitmqDestination, rabbitmq } from './rabbitmq.ts'

/** A place of a broker that events go to. */
export type Destination = RabbitmqDestination | KafkaDestination | MqttDestination

const KINDS: readonly DestinationKind<Destination>[] = [rabbitmq, kafka, mqtt]
const BY_NAME = new Map<string, DestinationKind<Destination>>(KINDS.map((kind) => [kind.kind, kind]))

export const destinationSchema = Type.Unsafe<Destination>(Type.Union(KINDS.map(({ schema }) => schema)))

export function destinationKind({ kind }: { kind: string }): DestinationKind<Destination> {
  const found = BY_NAME.get(kind)
  if (found === undefined) throw new Error(`there is no destination ${kind}`)
  return found
}

/** What is wrong with a destination that its schema cannot say. */
export function destinationFaults(value: unknown, path: string): Fault[] {
  const kind = BY_NAME.get((value as { kind?: string } | null | undefined)?.kind ?? '')
  if (kind === undefined || !Value.Check(kind.schema, value)) return []
  return kind.faults(value as Destination).map((fault) => ({ ...fault, path: path + fault.path }))
}
