import { graph } from '#flows/testing.ts'
import { SAMPLE } from '#flows/testing-program.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export type Act = { after: number; reply: string } | { after: number; event: { type: string; data?: object } }
export type World = {
  queue?: object
  calendars?: { [id: string]: object }
  /** Absent: the conversation opens and nobody says anything. */
  event?: { type: string; data?: object }
  acts?: Act[]
  /** Quiet hours and caps that the tenant has. */
  rules?: object
  /** Another flow that the flow may call, and a person whom it may tell something. */
  other?: unknown
}

const OFFICE = {
  name: 'Office',
  timeZone: 'America/Santiago',
  week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [{ from: '09:00', to: '18:00' }]])),
}
const START_ON = ['start', 'trigger', { event: 'go' }] as const
/** Tells by push and an hour later by e-mail, unless its run is cancelled before. */
const UNTIL_BOUGHT = graph(
  [
    START_ON,
    ['tell', 'notify', { content: { body: 'Compre' }, channels: ['push', 'email'], escalateAfter: 'PT1H' }],
    ['rest', 'wait', { for: 'P1D' }],
  ],
  ['start tell', 'tell rest'],
  { cancelOn: ['bought'] },
)
const SILENT = ['start', 'trigger', { event: 'encounter.tmipw_expired' }] as const
const queue = (more: object) => ({
  name: 'Q',
  continuity: true,
  max_inactive_patient_warning_time: 30,
  max_inactive_patient_time: 600,
  close_inactive_encounters: true,
  ...more,
})

const holds = (when: string) => ['branch', { cases: [{ handle: 'yes', when }] }] as const
/** Asks at each step how its conversation is: `else` leads out. */
export const DOES_AND_LOOKS = graph(
  [
    START_ON,
    ['fresh', ...holds("!('vip' in encounter.tags) && encounter.team == null")],
    ['mark', 'tag', { tags: ['vip'] }],
    ['hand', 'assign', { team: 'night' }],
    ['now', ...holds("'vip' in encounter.tags && encounter.team == 'night' && encounter.handling == 'assigned'")],
    ['minute', 'wait', { for: 'PT1M' }],
    ['later', ...holds("'vip' in encounter.tags && encounter.team == 'night' && encounter.round == 0")],
    ['hour', 'wait', { for: 'PT1H' }],
    ['warned', ...holds("encounter.status == 'warned' && encounter.stage == 'tmip'")],
    ['hours', 'wait', { for: 'PT1H' }],
    ['back', ...holds("encounter.status == 'open' && encounter.round == 1 && encounter.lastPatientAt != null")],
    ['bye', 'close', { reason: 'done' }],
    ['closed', ...holds("encounter.status == 'closed' && encounter.closeReason == 'done'")],
    ['hear', 'waitForEvent', { event: 'encounter.closed', timeout: 'PT1M' }],
    ['still', ...holds("encounter.status == 'closed' && encounter.closedAt != null")],
    ['say', 'message', { text: '{{ encounter.tags | join: " " }}, {{ encounter.team }}' }],
    ['out', 'end', { outcome: 'not seen' }],
  ],
  [
    ...['start fresh', 'fresh.yes mark', 'fresh.else out', 'mark hand', 'hand now', 'now.yes minute', 'now.else out'],
    ...['minute later', 'later.yes hour', 'later.else out', 'hour warned', 'warned.yes hours', 'warned.else out'],
    ...['hours back', 'back.yes bye', 'back.else out', 'bye closed', 'closed.yes hear', 'closed.else out'],
    ...['hear still', 'still.yes say', 'still.else out'],
  ],
)

const NO_RULES = { timeZone: 'UTC', quietHours: [], caps: [] }
/** The clock stands at ten when a world begins. */
const QUIET = { name: 'Midday', from: '10:15', to: '15:00', action: 'hold' }

/** Worlds by what they are about: a flow, and what happens. */
export const WORLDS: { [name: string]: [drawn: unknown, world: World] } = {
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
  'what a run does to its conversation, seen at once and later, with the return of its person': [
    DOES_AND_LOOKS,
    { queue: queue({}), event: { type: 'go' }, acts: [{ after: 2 * HOUR, reply: 'Sí' }] },
  ],
  'what it did is seen with an event too that had come before it waited': [
    graph(
      [
        START_ON,
        ['pause', 'wait', { for: 'PT10M' }],
        ['mark', 'tag', { tags: ['vip'] }],
        ['hear', 'waitForEvent', { event: 'answer', timeout: 'PT1H' }],
        ['seen', ...holds("'vip' in encounter.tags")],
        ['say', 'message', { text: '{{ encounter.tags | join: " " }}' }],
      ],
      ['start pause', 'pause mark', 'mark hear', 'hear.event seen', 'hear.timeout seen', 'seen.yes say'],
    ),
    { event: { type: 'go' }, acts: [{ after: 5 * MINUTE, event: { type: 'answer' } }] },
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
  'a close that somebody called off by giving more time, so that the queue closes when that is over': [
    graph(
      [
        SILENT,
        ['four', 'wait', { for: 'PT4H' }],
        ['bye', 'close', { reason: 'abandoned' }],
        ['hear', 'waitForEvent', { event: 'encounter.closed', timeout: 'P4D' }],
        ['ended', ...holds("last.data.reason == 'inactivity'")],
        ['end', 'end', { outcome: 'closed by the queue' }],
      ],
      ['start four', 'four bye', 'bye hear', 'hear.event ended', 'hear.timeout end', 'ended.yes end'],
    ),
    {
      queue: queue({}),
      acts: [{ after: HOUR, event: { type: 'encounter.extended', data: { given: 'by hand', minutes: 120 } } }],
    },
  ],
  'what was told goes no further once its run is ended': [
    UNTIL_BOUGHT,
    { event: { type: 'go' }, acts: [{ after: HOUR / 2, event: { type: 'bought' } }] },
  ],
  'nor when quiet hours held it as its run was ended': [
    UNTIL_BOUGHT,
    {
      event: { type: 'go' },
      rules: { ...NO_RULES, quietHours: [QUIET] },
      acts: [{ after: 2 * HOUR, event: { type: 'bought' } }],
    },
  ],
  'quiet hours hold a nudge until they end where the person is': [
    SAMPLE,
    { queue: queue({}), rules: { ...NO_RULES, quietHours: [QUIET] } },
  ],
  'a nudge that quiet hours hold does not leave when the person is back': [
    SAMPLE,
    {
      queue: queue({}),
      rules: { ...NO_RULES, quietHours: [QUIET] },
      acts: [{ after: 3 * HOUR, reply: 'Sí' }],
    },
  ],
  'what is held is called off when its run is over': [
    graph(
      [START_ON, ['tell', 'notify', { content: { body: 'Compre' }, channels: ['push'] }], ['end', 'end', {}]],
      ['start tell', 'tell end'],
      { cancelOn: ['bought'] },
    ),
    {
      event: { type: 'go' },
      rules: { ...NO_RULES, quietHours: [{ ...QUIET, from: '09:00' }] },
      acts: [{ after: 2 * HOUR, event: { type: 'bought' } }],
    },
  ],
  'caps hold what is too much, drop what is not wanted later, and let the critical pass': [
    graph(
      [
        START_ON,
        ['one', 'notify', { content: { body: 'uno' }, channels: ['push', 'email'] }],
        ['two', 'notify', { content: { body: 'dos' }, channels: ['push'] }],
        ['offer', 'notify', { content: { body: 'oferta' }, channels: ['push', 'inbox'], category: 'offers' }],
        ['again', 'notify', { content: { body: 'otra' }, channels: ['email'], category: 'offers' }],
        ['now', 'notify', { content: { body: 'ya' }, channels: ['push'], critical: true }],
        ['yes', 'end', { outcome: 'told' }],
        ['no', 'end', { outcome: 'not told' }],
      ],
      ['start one', 'one two', 'two offer', 'offer again', 'again.suppressed now', 'now yes', 'again.sent no'],
    ),
    {
      event: { type: 'go' },
      rules: {
        ...NO_RULES,
        quietHours: [{ ...QUIET, from: '20:00', to: '08:00' }],
        caps: [
          { name: 'Daily', most: 1, per: 'P1D', exceptCategories: ['offers'], action: 'hold' },
          {
            name: 'Offers',
            most: 1,
            per: 'P7D',
            channels: ['push', 'email', 'inbox'],
            categories: ['offers'],
            action: 'drop',
          },
        ],
      },
    },
  ],
}
