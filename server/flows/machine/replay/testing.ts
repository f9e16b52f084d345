import { type FlowsHarness, HOUR } from '#flows/testing-program.ts'

const hour = (at: number) => new Date(at).toISOString().slice(11, 16)

/** Quiet hours from an hour ago for two hours: messages of the category `hold` wait, those of `drop` are dropped. */
export async function quietNow(flows: FlowsHarness, tenant: string): Promise<void> {
  const now = flows.clock.now()
  const around = { from: hour(now - HOUR), to: hour(now + HOUR) }
  await flows.ok(tenant, 'PUT', '/api/v1/sending-rules', {
    timeZone: 'UTC',
    quietHours: [
      { name: 'Hold', action: 'hold', ...around, categories: ['hold'] },
      { name: 'Drop', action: 'drop', ...around, categories: ['drop'] },
    ],
    caps: [],
  })
}

const iso = (at: number) => new Date(at).toISOString()

/** How the time from a moment until now compares, on the draft or as `body` says. */
export async function replayed(flows: FlowsHarness, tenant: string, flow: string, from: number, body: object = {}) {
  const time = { from: iso(from), to: iso(flows.clock.now()) }
  const { comparison } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/replay`, { ...time, ...body })
  return comparison
}
