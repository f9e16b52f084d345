import type { Bench } from '../bench.ts'
import type { Generator } from '../load/index.ts'
import { diskSyncs } from '../measure/disk.ts'
import type { Histogram } from '../measure/histogram.ts'
import { IN_EVENT, type Receiver } from '../receiver/index.ts'

export type Hop = { latency: Histogram; ratePerS: number }

/** What the machine allows without the product: the generator calls the receiver itself. */
export async function hop(bench: Bench, generator: Generator, receiver: Receiver, ratePerS?: number): Promise<Hop> {
  await receiver.expect(IN_EVENT)
  const load = await generator.run({
    host: '127.0.0.1',
    port: receiver.ports[0] as number,
    connections: 32,
    seconds: bench.sized(10, 3),
    ...(ratePerS === undefined ? {} : { ratePerS }),
    request: { method: 'POST', path: '/', body: JSON.stringify({ n: '{n}', due: '{due}', padding: 'x'.repeat(300) }) },
  })
  const [received] = await receiver.settled(load.sent)
  if (received === undefined || received.distinct !== load.sent)
    throw new Error('the receiver lost requests of the limit')
  return { latency: received.latency, ratePerS: load.ratePerS }
}

export const syncs = (folder: string): Histogram => diskSyncs(folder, 2000)
