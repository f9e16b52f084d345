import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows, SAMPLE, START, until } from '#flows/testing-program.ts'

/*
 * The same world twice: in earnest, with the real program whose clock is moved from one due moment to the next, and in the
 * time machine. Steps, messages, events and their times are the same, to the millisecond.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
  await live()
})
after(() => flows?.close())

type Act = { after: number; reply: string } | { after: number; event: { type: string; data?: object } }
type World = {
  queue?: object
  calendars?: { [id: string]: object }
  /** Absent: the conversation opens and nobody says anything. */
  event?: { type: string; data?: object }
  acts?: Act[]
}

const LASTS = 5 * DAY
/** Of each tenant its flow. */
const ids = new Map<string, string>()
const tenantOf = (i: number) => `world-${i}`

const iso = (at: number) => new Date(at).toISOString()
const duration = (ms: number) => `PT${ms / 1_000}S`

async function prepare(tenant: string, drawn: unknown, world: World): Promise<string> {
  for (const [id, calendar] of Object.entries(world.calendars ?? {})) {
    await flows.ok(tenant, 'PUT', `/api/v1/calendars/${id}`, calendar)
  }
  await flows.ok(tenant, 'PUT', '/api/v1/queues/q', world.queue ?? { name: 'Q', continuity: true })
  const addresses = { push: 'device-of-maria', email: 'maria@example.org' }
  await flows.ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es', addresses })
  return flows.published(tenant, 'F', drawn)
}

/** Domain time goes on to a moment, with everything that is due on the way. */
async function passTo(at: number): Promise<void> {
  for (;;) {
    await rest()
    const next = await nextDue()
    const moment = next === null ? at : Math.min(at, next)
    if (moment > flows.clock.now()) flows.clock.set(moment)
    const kinds = await kindsDue()
    for (const kind of kinds) await flows.pass(0, kind)
    if (kinds.length === 0 && moment >= at) return
  }
}

const WAITING = `kind in ('flow.wake', 'flow.entry', 'encounter.inactivity', 'encounter.command', 'notification.send',
  'notification.outcome', 'notification.escalate') and tenant <> 'nobody'`

async function nextDue(): Promise<number | null> {
  const [next] = await flows.program.database.worker.query<{ at: number | null }>(
    `select date_part('epoch', min(due_at)) * 1000 as at from due where ${WAITING}`,
  )
  return next?.at == null ? null : Math.round(next.at)
}

async function kindsDue(): Promise<string[]> {
  const rows = await flows.program.database.worker.query<{ kind: string }>(
    `select distinct kind from due where due_at <= to_timestamp($1::double precision / 1000) and ${WAITING}`,
    [flows.clock.now()],
  )
  return rows.map(({ kind }) => kind)
}

/** Nothing is under way any more: consumers have passed all events, and nothing is due or on its way out. */
async function rest(): Promise<void> {
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

/** All worlds in earnest, on one clock. */
async function live(): Promise<void> {
  const doings: { at: number; happen: () => Promise<unknown> }[] = []
  for (const [i, [drawn, world]] of Object.values(WORLDS).entries()) {
    const tenant = tenantOf(i)
    ids.set(tenant, await prepare(tenant, drawn, world))
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
    if (at > flows.clock.now()) await passTo(at)
    await happen()
  }
  await passTo(START + LASTS)
}

/** What really happened. */
async function earnest(tenant: string, flow: string) {
  const runs = (await flows.runsOf(tenant, flow)).toReversed()
  const told = await Promise.all(runs.map(({ id }: { id: string }) => flows.ok(tenant, 'GET', `/api/v1/runs/${id}`)))
  const said = (await flows.notificationsOf(tenant)).map(
    ({ createdAt, channel, title, body, status }: { [name: string]: string }) => ({
      at: createdAt,
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
    .filter(({ subject }: { subject: string }) => subject === 'talk')
    .map(({ type, time }: { type: string; time: string }) => `${iso(Date.parse(time))} ${type}`)
  const { status } = await flows.ok(tenant, 'GET', '/api/v1/encounters/talk')
  return { runs: told.map(runShown), said: sorted([...said, ...thread]), events: sorted(events), status }
}

const data = ({ data: given = {} }: { data?: object }) =>
  ({ encounterId: 'talk', contactId: 'maria', ...given }) as never

type Visit = { nodeId: string; at: string; endedAt: string | null; way?: string }
const runShown = (run: { status: string; outcome: string | null; steps?: Visit[]; path?: Visit[] }) => ({
  status: run.status,
  path: (run.path ?? run.steps ?? []).map(({ nodeId, at, endedAt, way }) => [nodeId, at, endedAt, way]),
})

const sorted = <T>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

async function pretended(tenant: string, flow: string, world: World) {
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
    runs: story.runs.map(runShown),
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

const OFFICE = {
  name: 'Office',
  timeZone: 'America/Santiago',
  week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [{ from: '09:00', to: '18:00' }]])),
}
const START_ON = ['start', 'trigger', { event: 'go' }] as const
const SILENT = ['start', 'trigger', { event: 'encounter.tmipw_expired' }] as const
const queue = (more: object) => ({
  name: 'Q',
  continuity: true,
  max_inactive_patient_warning_time: 30,
  max_inactive_patient_time: 600,
  close_inactive_encounters: true,
  ...more,
})

const WORLDS: { [name: string]: [drawn: unknown, world: World] } = {
  'the sample, and nobody answers': [SAMPLE, { queue: queue({}) }],
  'the sample, answered after the warning, and silence again': [
    SAMPLE,
    { queue: queue({}), acts: [{ after: 2 * HOUR, reply: 'Sí' }] },
  ],
  'the sample in the business time of its queue': [
    SAMPLE,
    { queue: queue({ calendarId: 'office' }), calendars: { office: OFFICE } },
  ],
  'waits: plain, in business time, at a time of day': [
    graph(
      [
        START_ON,
        ['plain', 'wait', { for: 'P1DT30M' }],
        ['business', 'wait', { for: 'PT12H', calendar: 'office' }],
        ['morning', 'wait', { time: '09:15', zone: 'America/Santiago' }],
        ['say', 'message', { text: 'Buenos días, {{ contact.name }}: {{ now }}' }],
        ['end', 'end', { outcome: 'said' }],
      ],
      ['start plain', 'plain business', 'business morning', 'morning say', 'say end'],
    ),
    { calendars: { office: OFFICE }, event: { type: 'go' } },
  ],
  "told, and then the business time of a calendar that is not the queue's": [
    graph(
      [
        START_ON,
        ['tell', 'notify', { content: { title: 'Hola', body: 'Venga' }, channels: ['push'] }],
        ['business', 'wait', { for: 'PT12H', calendar: 'office' }],
        ['end', 'end', { outcome: 'over' }],
      ],
      ['start tell', 'tell business', 'business end'],
    ),
    { calendars: { office: OFFICE }, event: { type: 'go' } },
  ],
  'a reply in time, one too late, and a cancel': [
    graph(
      [
        START_ON,
        ['first', 'waitForEvent', { event: 'answer', timeout: 'PT2H' }],
        ['second', 'waitForEvent', { event: 'answer', timeout: 'PT2H' }],
        ['say', 'message', { text: { es: 'tarde', en: 'late' } }],
        ['third', 'waitForEvent', { event: 'answer', timeout: 'P3D' }],
        ['end', 'end', { outcome: 'never' }],
      ],
      [
        'start first',
        'first.event second',
        'first.timeout end',
        'second.event end',
        'second.timeout say',
        'say third',
        'third.event end',
        'third.timeout end',
      ],
      { cancelOn: ['stop.it'] },
    ),
    {
      event: { type: 'go' },
      acts: [
        { after: HOUR, event: { type: 'answer' } },
        { after: 4 * HOUR, event: { type: 'other' } },
        { after: 5 * HOUR, event: { type: 'stop.it' } },
      ],
    },
  ],
  'branch, set, split and a loop over a list': [
    graph(
      [
        START_ON,
        [
          'arm',
          'split',
          {
            arms: [
              { handle: 'a', weight: 1 },
              { handle: 'b', weight: 1 },
            ],
          },
        ],
        ['a', 'set', { vars: { arm: '"a"' } }],
        ['b', 'set', { vars: { arm: '"b"' } }],
        ['each', 'forEach', { items: 'event.data.list', as: 'it' }],
        ['rest', 'wait', { for: 'PT10M' }],
        ['say', 'message', { text: '{{ vars.arm }} {{ vars.it }}' }],
        ['big', 'branch', { cases: [{ handle: 'many', when: 'size(event.data.list) > 2' }] }],
        ['many', 'end', { outcome: 'many' }],
        ['few', 'end', { outcome: 'few' }],
      ],
      [
        'start arm',
        'arm.a a',
        'arm.b b',
        'a each',
        'b each',
        'each.item rest',
        'rest say',
        'each.done big',
        'big.many many',
        'big.else few',
      ],
    ),
    { event: { type: 'go', data: { list: ['x', 'y', 'z'] } } },
  ],
  'branches that run together and meet': [
    graph(
      [
        START_ON,
        ['fork', 'parallel'],
        ['slow', 'wait', { for: 'PT3H' }],
        ['tell', 'notify', { content: { title: 'Hola {{ contact.name }}', body: 'Venga' }, channels: ['push'] }],
        ['hear', 'waitForEvent', { event: 'answer', timeout: 'PT1H' }],
        ['meet', 'join', { mode: 'all' }],
        ['say', 'message', { text: 'juntos' }],
        ['end', 'end', { outcome: 'met' }],
      ],
      [
        'start fork',
        'fork slow',
        'fork tell',
        'tell hear',
        'hear.event meet',
        'hear.timeout meet',
        'slow meet',
        'meet say',
        'say end',
      ],
    ),
    { event: { type: 'go' } },
  ],
  'a close put off by the flow, warned of in both ways, and closed by the queue': [
    graph(
      [
        SILENT,
        ['more', 'extend', { by: 'PT5H' }],
        ['mark', 'tag', { tags: ['quiet'] }],
        ['tell', 'emit', { type: 'told.it', data: { who: '{{ contact.name }}' } }],
        ['hear', 'waitForEvent', { event: 'encounter.closed', timeout: 'P2D' }],
        ['end', 'end', { outcome: 'closed' }],
        ['gone', 'end', { outcome: 'gone' }],
      ],
      ['start more', 'more mark', 'mark tell', 'tell hear', 'hear.event end', 'hear.timeout gone'],
    ),
    { queue: queue({ continuity_extension_time: 60 }) },
  ],
  'in other hands after the warning, which begins another silence': [
    graph(
      [
        ['start', 'trigger', { event: 'encounter.tmipw_expired', where: 'encounter.round == 0' }],
        ['pause', 'wait', { for: 'PT10M' }],
        ['hand', 'assign', { team: 'night' }],
        ['say', 'message', { text: 'Le atiende la noche' }],
      ],
      ['start pause', 'pause hand', 'hand say'],
    ),
    { queue: queue({}) },
  ],
  'the last of several events begins, and once a day': [
    graph(
      [START_ON, ['say', 'message', { text: '{{ event.data.n }}' }], ['rest', 'wait', { for: 'PT30M' }]],
      ['start say', 'say rest'],
      { debounce: 'PT10M', oncePer: 'P1D' },
    ),
    {
      event: { type: 'go', data: { n: 1 } },
      acts: [
        { after: 5 * MINUTE, event: { type: 'go', data: { n: 2 } } },
        { after: 12 * MINUTE, event: { type: 'go', data: { n: 3 } } },
        { after: 3 * HOUR, event: { type: 'go', data: { n: 4 } } },
        { after: 26 * HOUR, event: { type: 'go', data: { n: 5 } } },
      ],
    },
  ],
  'events gathered into one run, the next while it is under way': [
    graph(
      [
        START_ON,
        ['say', 'message', { text: '{{ vars.batch | size }} {{ event.data.n }}' }],
        ['rest', 'wait', { for: 'PT20M' }],
      ],
      ['start say', 'say rest'],
      { batch: { size: 2, within: 'PT12M' } },
    ),
    {
      event: { type: 'go', data: { n: 1 } },
      acts: [
        { after: 5 * MINUTE, event: { type: 'go', data: { n: 2 } } },
        { after: 10 * MINUTE, event: { type: 'go', data: { n: 3 } } },
        { after: 5 * HOUR, event: { type: 'go', data: { n: 4 } } },
      ],
    },
  ],
  'events without a key are gathered with nothing': [
    graph([START_ON, ['say', 'message', { text: '{{ vars.batch | size }} {{ event.data.n }}' }]], ['start say'], {
      key: 'event.data.order',
      batch: { size: 2, within: 'PT12M' },
    }),
    {
      event: { type: 'go', data: { n: 1 } },
      acts: [
        { after: 5 * MINUTE, event: { type: 'go', data: { n: 2 } } },
        { after: 10 * MINUTE, event: { type: 'go', data: { n: 3 } } },
      ],
    },
  ],
  'another channel after silence on the first, and a template': [
    graph(
      [
        SILENT,
        [
          'push',
          'notify',
          { template: 'come-back', channels: ['push', 'email'], deepLink: false, escalateAfter: 'PT1H' },
        ],
        ['wait', 'wait', { for: 'PT3H' }],
        ['bye', 'close', { reason: 'abandoned' }],
      ],
      ['start push', 'push wait', 'wait bye'],
    ),
    { queue: queue({}) },
  ],
}

for (const [i, [name, [, world]]] of Object.entries(WORLDS).entries()) {
  test(name, async () => {
    const tenant = tenantOf(i)
    const flow = ids.get(tenant) ?? ''
    const real = await earnest(tenant, flow)
    assert.ok(real.runs.length > 0, 'something began')
    assert.deepEqual(await pretended(tenant, flow, world), real)
  })
}
