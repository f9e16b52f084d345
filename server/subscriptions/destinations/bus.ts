import type { Attempt } from '#deliveries/index.ts'
import { busOf, type Outgoing, publishOnBus } from '#gateway/index.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Runtime } from '#platform/service.ts'
import { missingBroker } from './kind.ts'

/** Why nothing of a tenant can go to a bus; null: it can. */
export function missingBus(
  runtime: Runtime,
  tenant: string,
  { bus, called, setting }: { bus: string; called: string; setting: string },
): string | null {
  const open = busOf(runtime)
  return missingBroker(open?.name === bus ? open.tenant : null, tenant, { called, setting })
}

/** One attempt on the bus. What is not routed reached nobody: it is tried again like what was refused. */
export async function attemptOnBus(runtime: Runtime, message: Outgoing, signal: AbortSignal): Promise<Attempt> {
  try {
    const outcome = await publishOnBus(runtime, message, signal)
    if (outcome === 'confirmed') return { verdict: 'delivered' }
    if (outcome === 'busy') return { verdict: 'throttle', error: 'the broker takes no more for the moment' }
    if (outcome === 'unrouted') return { verdict: 'retry', error: 'no queue is bound for it' }
    return { verdict: 'retry', error: `the broker refused it: ${outcome.refused}` }
  } catch (error) {
    if (error instanceof Postponed) return { verdict: 'retry', error: error.message }
    throw error
  }
}
