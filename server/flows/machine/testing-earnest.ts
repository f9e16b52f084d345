import type { World } from '#flows/machine/testing-worlds.ts'
import { type FlowsHarness, openFlows, START, until } from '#flows/testing-program.ts'

/*
 * Worlds in earnest, with the real program whose clock is moved from one due moment to the next; and the same worlds in the
 * time machine.
 */

const DAY = 86_400_000
const LASTS = 5 * DAY
/** In the drawing of a flow the place of the id of `World.other`. */
export const OTHER = 'id-of-the-other'

export type Worlds = readonly (readonly [drawn: unknown, world: World])[]
export type Earnest = Awaited<ReturnType<typeof liveIn>>

export const tenantOf = (i: number) => `world-${i}`
export const iso = (at: number) => new Date(at).toISOString()
export const duration = (ms: number) => `PT${ms / 1_000}S`

/** Lets all worlds go their way in earnest. */
export async function liveIn(worlds: Worlds) {
  const flows = await openFlows()
  const ids = await live(flows, worlds).catch(async (error) => {
    await flows.close()
    throw error
  })
  const flowOf = (i: number) => ids[i] ?? ''
  return {
    flows,
    flowOf,
    /** What really happened in the n-th. */
    earnest: (i: number) => earnest(flows, tenantOf(i), flowOf(i)),
    /** What happens to the same person in a trial. */
    pretended: (i: number) => pretended(flows, tenantOf(i), flowOf(i), worlds[i]?.[1] ?? {}),
    /** The time again, on the version that it was. */
    replayed: (i: number) => replayed(flows, tenantOf(i), flowOf(i)),
    close: flows.close,
  }
}

async function prepare(flows: FlowsHarness, tenant: string, drawn: unknown, world: World): Promise<string> {
  for (const [id, calendar] of Object.entries(world.calendars ?? {})) {
    await flows.ok(tenant, 'PUT', `/api/v1/calendars/${id}`, calendar)
  }
  if (world.rules !== undefined) await flows.ok(tenant, 'PUT', '/api/v1/sending-rules', world.rules)
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', world.queue ?? { name: 'Q', continuity: true })
  const addresses = { push: 'device-of-maria', email: 'maria@example.org' }
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es', addresses })
  if (world.other === undefined) return flows.published(tenant, 'F', drawn)
  const pedro = { name: 'Pedro', locale: 'en', addresses: { push: 'device-of-pedro', email: 'pedro@example.org' } }
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/pedro', pedro)
  const other = await flows.published(tenant, 'Other', world.other)
  return flows.published(tenant, 'F', JSON.parse(JSON.stringify(drawn).replaceAll(OTHER, other)))
}

/** Domain time goes on to a moment, with everything that is due on the way. */
async function passTo(flows: FlowsHarness, at: number): Promise<void> {
  for (;;) {
    await rest(flows)
    const next = await nextDue(flows)
    const moment = next === null ? at : Math.min(at, next)
    if (moment > flows.clock.now()) flows.clock.set(moment)
    if (moment >= at && !(next !== null && next <= moment)) return
  }
}

const WAITING = `kind in ('flow.wake', 'flow.entry', 'encounter.inactivity', 'encounter.command', 'notification.send',
  'notification.outcome', 'notification.escalate') and tenant <> 'nobody'`

async function nextDue(flows: FlowsHarness): Promise<number | null> {
  const [next] = await flows.program.database.worker.query<{ at: number | null }>(
    `select date_part('epoch', min(due_at)) * 1000 as at from due where ${WAITING}`,
  )
  return next?.at == null ? null : Math.round(next.at)
}

/** Nothing is under way any more: consumers have passed all events, and nothing is due or on its way out. */
async function rest(flows: FlowsHarness): Promise<void> {
  let still = 0
  await until(
    'rest',
    async () => {
      // Behind it nothing is missing that was committed before: the log is read in the order of commits.
      await flows.tell('nobody', 'marker', 'marker')
      await flows.settled()
      const [row] = await flows.program.database.worker.query<{ due: number; sends: number }>(
        `select (select count(*) from delivery)::int as sends,
           (select count(*) from due where due_at <= to_timestamp($1::double precision / 1000) and ${WAITING})::int as due`,
        [flows.clock.now()],
      )
      still = row?.due === 0 && row.sends === 0 ? still + 1 : 0
      return still
    },
    (quiet) => quiet >= 2,
  )
}

/** All worlds in earnest, on one clock. @returns of each its flow */
async function live(flows: FlowsHarness, worlds: Worlds): Promise<string[]> {
  const ids: string[] = []
  const doings: { at: number; happen: () => Promise<unknown> }[] = []
  for (const [i, [drawn, world]] of worlds.entries()) {
    const tenant = tenantOf(i)
    ids.push(await prepare(flows, tenant, drawn, world))
    const talk = { id: 'talk', queueId: 'q', contactId: 'maria', channel: 'chat' }
    doings.push({ at: START, happen: () => flows.ok(tenant, 'POST', '/api/v1/encounters', talk) })
    const { event, acts = [] } = world
    if (event !== undefined) {
      doings.push({ at: START, happen: () => flows.tell(tenant, event.type, 'talk', data(event)) })
    }
    for (const act of acts) {
      const happen = () =>
        'reply' in act
          ? flows.call(tenant, 'POST', '/api/v1/encounters/talk/messages', { from: 'patient', text: act.reply })
          : flows.tell(tenant, act.event.type, 'talk', data(act.event))
      doings.push({ at: START + act.after, happen })
    }
  }
  for (const { at, happen } of doings.sort((a, b) => a.at - b.at)) {
    if (at > flows.clock.now()) await passTo(flows, at)
    await happen()
  }
  await passTo(flows, START + LASTS)
  return ids
}

/** What really happened. */
async function earnest(flows: FlowsHarness, tenant: string, flow: string) {
  const runs = (await flows.runsOf(tenant, flow)).toReversed()
  const told = await Promise.all(runs.map(({ id }: { id: string }) => flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)))
  const said = (await flows.notificationsOf(tenant)).map(
    ({ updatedAt, channel, title, body, status }: { [name: string]: string }) => ({
      at: updatedAt,
      channel: status === 'sent' ? channel : null,
      title,
      body,
      outcome: status,
    }),
  )
  const thread = (await flows.ok(tenant, 'GET', '/api/v1/encounters/talk/messages?limit=200')).items
    .filter(({ from }: { from: string }) => from === 'bot' || from === 'system')
    .map(({ createdAt, text }: { createdAt: string; text: string }) => ({
      at: createdAt,
      channel: 'chat',
      title: null,
      body: text,
      outcome: 'sent',
    }))
  const events = (await flows.ok(tenant, 'GET', '/api/v1/events?limit=200')).items
    // What asks for a run of another flow is no event of a trial.
    .filter(({ subject, type }: { subject: string; type: string }) => subject === 'talk' && type !== 'flow.requested')
    .map(({ type, time }: { type: string; time: string }) => `${iso(Date.parse(time))} ${type}`)
  const { status } = await flows.ok(tenant, 'GET', '/api/v1/encounters/talk')
  return { runs: told.map(runShown), said: sorted([...said, ...thread]), events: sorted(events), status }
}

const data = ({ data: given = {} }: { data?: object }) =>
  ({ encounterId: 'talk', contactId: 'maria', ...given }) as never

type Visit = { nodeId: string; at: string; endedAt: string | null; way?: string }
export const runShown = (run: { status: string; outcome: string | null; steps?: Visit[]; path?: Visit[] }) => ({
  status: run.status,
  path: (run.path ?? run.steps ?? []).map(({ nodeId, at, endedAt, way }) => [nodeId, at, endedAt, way]),
})

const sorted = <T>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

async function pretended(flows: FlowsHarness, tenant: string, flow: string, world: World) {
  const { examples, totals } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/simulate/people`, {
    people: {
      described: [
        {
          id: 'talk',
          contact: {
            id: 'maria',
            name: 'María',
            locale: 'es',
            addresses: { push: 'device-of-maria', email: 'maria@example.org' },
          },
        },
      ],
    },
    queueId: 'q',
    startAt: iso(START),
    lasts: duration(LASTS),
    ...(world.event === undefined ? {} : { event: world.event }),
    script: (world.acts ?? []).map(({ after: ms, ...act }) => ({ after: duration(ms), ...act })),
  })
  const [story] = examples
  const { open, warned } = totals.conversations
  return {
    runs: story.runs.filter(({ flowId }: { flowId: string }) => flowId === flow).map(runShown),
    said: sorted(
      story.said.map(({ at, channel, title, body, outcome }: { [name: string]: unknown }) => ({
        at,
        channel: outcome === 'sent' ? channel : null,
        title,
        body,
        outcome,
      })),
    ),
    events: sorted(story.events.map(({ at, type }: { at: string; type: string }) => `${at} ${type}`)),
    status: open === 1 ? 'open' : warned === 1 ? 'warned' : 'closed',
  }
}

/** The time again, on the version that it was. */
async function replayed(flows: FlowsHarness, tenant: string, flow: string) {
  const time = { from: iso(START - 1), to: iso(START + LASTS) }
  const { comparison } = await flows.ok(tenant, 'POST', `/api/v1/flows/${flow}/replay`, { ...time, version: 1 })
  const { same, examples } = comparison
  return { same, examples: examples.map(({ differences }: { differences: unknown }) => differences) }
}
