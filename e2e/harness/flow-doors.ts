import { type Door, NOBODY, URL_OUTSIDE } from './door.ts'

export const graph = {
  name: 'Door',
  settings: { key: 'event.subject', onePerKey: true, cancelOn: ['a.b'], goal: { event: 'c.d', within: 'P3D' } },
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'never.*', where: 'event.data.n > 1' } },
    {
      id: 'call',
      type: 'http',
      position: { x: 0, y: 1 },
      data: { method: 'POST', url: URL_OUTSIDE, body: { a: '{{ event.id }}' } },
    },
    { id: 'reply', type: 'waitForEvent', position: { x: 0, y: 2 }, data: { event: 'x.y', timeout: 'PT4H' } },
    { id: 'say', type: 'message', position: { x: 0, y: 3 }, data: { text: { es: 'Hola {{ contact.name }}' } } },
    { id: 'done', type: 'end', position: { x: 0, y: 4 }, data: { outcome: 'ok' } },
  ],
  edges: [
    { id: '1', source: 'start', target: 'call' },
    { id: '2', source: 'call', sourceHandle: 'ok', target: 'reply' },
    { id: '3', source: 'reply', sourceHandle: 'event', target: 'say' },
    { id: '4', source: 'reply', sourceHandle: 'timeout', target: 'done' },
    { id: '5', source: 'say', target: 'done' },
  ],
}

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
const at = (n: number) => ({ x: 0, y: n })
const retry = { attempts: 3, after: 'PT1M' }

/** Every kind of step with all that it can be told. */
const wide = {
  name: 'Wide',
  description: 'All that can be drawn',
  settings: {
    key: 'event.data.person',
    onePerKey: false,
    cancelOn: [{ event: 'a.b', where: 'last.data.n > 1', samePerson: true }],
    timeLimit: 'P30D',
    onError: NOBODY,
    goal: { event: 'c.d', within: 'P3D', ends: true },
    oncePer: { period: 'P1D' },
    concurrency: 5,
    rate: { limit: 10, period: 'PT1M' },
    debounce: 'PT5M',
    priority: 'event.data.n',
  },
  nodes: [
    { id: 'hourly', type: 'trigger', position: at(0), data: { schedule: { cron: '0 9 * * 1', zone: 'America/Lima' } } },
    { id: 'asked', type: 'trigger', position: at(0), data: { manual: true } },
    { id: 'wait', type: 'wait', position: at(1), data: { for: 'PT1H', calendar: 'cal' } },
    {
      id: 'until',
      type: 'wait',
      position: at(1),
      data: { until: 'event.data.at', time: '09:00', zone: 'Europe/Madrid' },
    },
    {
      id: 'reply',
      type: 'waitForEvent',
      position: at(2),
      data: { event: 'x.y', key: 'vars.k', where: 'last.data.n > 1', timeout: 'PT4H', calendar: 'queue' },
    },
    { id: 'fork', type: 'branch', position: at(3), data: { cases: [{ handle: 'one', when: 'event.data.n == 1' }] } },
    {
      id: 'arms',
      type: 'split',
      position: at(4),
      data: {
        arms: [
          { handle: 'a', weight: 45 },
          { handle: 'b', weight: 55 },
        ],
        holdout: 'b',
        group: 'g',
        winner: { minimum: 100, confidence: 0.95, promote: true },
      },
    },
    { id: 'parallel', type: 'parallel', position: at(5), data: {} },
    { id: 'join', type: 'join', position: at(6), data: { mode: 'any' } },
    { id: 'each', type: 'forEach', position: at(7), data: { items: 'event.data.list', as: 'item', limit: 10 } },
    { id: 'set', type: 'set', position: at(8), data: { vars: { k: 'event.data.k', n: '1 + 1' } } },
    {
      id: 'notify',
      type: 'notify',
      position: at(9),
      data: {
        content: { title: 'T', body: '{{ contact.name }}', html: '<p>x</p>' },
        channels: ['push', 'email'],
        to: { address: 'a@example.com' },
        deepLink: true,
        category: 'c',
        critical: false,
        escalateAfter: 'PT1H',
        dedupeKey: '{{ event.id }}',
      },
    },
    { id: 'extend', type: 'extend', position: at(10), data: { by: 'PT30M' } },
    { id: 'close', type: 'close', position: at(11), data: { reason: 'r' } },
    { id: 'assign', type: 'assign', position: at(12), data: { team: 't', user: 'u' } },
    { id: 'tag', type: 'tag', position: at(13), data: { tags: ['a'] } },
    {
      id: 'http',
      type: 'http',
      position: at(14),
      data: {
        method: 'PUT',
        url: URL_OUTSIDE,
        headers: { 'x-a': '{{ event.id }}' },
        body: { n: [1, '{{ vars.k }}'] },
        timeout: 'PT5S',
        retry,
        secret: ['api_key'],
        save: 'answer',
      },
    },
    { id: 'emit', type: 'emit', position: at(15), data: { type: 'a.b', data: { n: '{{ vars.n }}' } } },
    {
      id: 'llm',
      type: 'llm',
      position: at(16),
      data: { prompt: 'Say {{ vars.k }}', schema: { type: 'object' }, maxTokens: 10, retry, save: 'said' },
    },
    {
      id: 'book',
      type: 'bookSlot',
      position: at(17),
      data: {
        serviceId: 's',
        resourceId: 'r',
        start: '{{ vars.at }}',
        contactId: 'c',
        notes: 'n',
        retry,
        save: 'slot',
      },
    },
    {
      id: 'complain',
      type: 'createComplaint',
      position: at(18),
      data: { category: 'c', description: 'd', contactId: 'c', retry, save: 'complaint' },
    },
    { id: 'ask', type: 'approval', position: at(19), data: { to: { userId: 'u' }, text: 'Well?', timeout: 'P1D' } },
    {
      id: 'sub',
      type: 'subflow',
      position: at(20),
      data: { flow: NOBODY, input: { a: 1 }, wait: true, retry, save: 'x' },
    },
    { id: 'undo', type: 'undo', position: at(21), data: {} },
  ],
  edges: [
    { id: '1', source: 'hourly', target: 'wait' },
    { id: '2', source: 'asked', target: 'until' },
    { id: '3', source: 'fork', sourceHandle: 'one', target: 'arms' },
  ],
  viewport: { x: 0, y: 0, zoom: 1 },
}

const stored = {
  description: 'Who answers is told',
  event: { type: 'never.seen', subject: 's', data: { n: 2 } },
  contact: { id: 'c', name: 'C', addresses: { push: 'x' } },
  encounter: { id: 'e', status: 'open' },
  queue: { id: 'q' },
  calendars: {
    cal: {
      name: 'Cal',
      timeZone: 'America/Lima',
      week: { mon: [{ from: '09:00', to: '18:00' }] },
      holidays: [{ date: '2026-01-01', name: 'New year' }],
      exceptions: [{ date: '2026-01-02', openings: [{ from: '09:00', to: '12:00' }], name: 'Short' }],
    },
  },
  later: [
    { after: 'PT1H', event: { type: 'x.y', subject: 's' } },
    { after: 'PT2H', reply: 'Yes' },
  ],
  outcomes: { call: [{ way: 'ok', value: { status: 200 }, cause: 'c', after: 'PT1S' }] },
  expect: {
    status: 'completed',
    outcome: 'ok',
    steps: ['start', 'call'],
    messages: [{ node: 'say', after: 'PT1H', channel: 'inbox', template: 't', title: 't', text: 'x', contains: 'y' }],
    vars: { n: 1 },
  },
}

const scripted = {
  event: { type: 'never.seen', data: { n: 2 } },
  queueId: 'q',
  startAt: '2026-01-05T09:00:00Z',
  over: 'PT1H',
  lasts: 'P1D',
  script: [
    { after: 'PT1H', reply: 'Yes' },
    { after: 'PT2H', event: { type: 'x.y' } },
  ],
  replies: { chance: 0.5, byChannel: { push: 0.2 }, median: 'PT1H', spread: 1, text: 'Here' },
  seed: 7,
  outcomes: { call: [{ way: 'ok', value: { status: 200 }, after: 'PT1S' }] },
  examples: 2,
}

const n8n = {
  name: 'From n8n',
  nodes: [
    {
      id: '1',
      name: 'Hook',
      type: 'n8n-nodes-base.webhook',
      typeVersion: 1,
      position: [0, 0],
      parameters: { path: 'p' },
    },
    {
      id: '2',
      name: 'If',
      type: 'n8n-nodes-base.if',
      typeVersion: 2,
      position: [1, 0],
      parameters: {
        conditions: {
          combinator: 'and',
          conditions: [
            { leftValue: '={{ $json.n }}', rightValue: 1, operator: { type: 'number', operation: 'equals' } },
          ],
        },
      },
    },
    {
      id: '3',
      name: 'Call',
      type: 'n8n-nodes-base.httpRequest',
      typeVersion: 4,
      position: [2, 0],
      parameters: {
        method: 'POST',
        url: URL_OUTSIDE,
        sendBody: true,
        bodyParameters: { parameters: [{ name: 'a', value: '1' }] },
        headerParameters: { parameters: [{ name: 'x-a', value: '1' }] },
        options: { timeout: 1_000 },
      },
    },
    { id: '4', name: 'Wait', type: 'n8n-nodes-base.wait', position: [3, 0], parameters: { amount: 2, unit: 'hours' } },
    {
      id: '5',
      name: 'Set',
      type: 'n8n-nodes-base.set',
      position: [4, 0],
      parameters: { assignments: { assignments: [{ name: 'a', value: '={{ $json.b }}', type: 'string' }] } },
    },
  ],
  connections: {
    Hook: { main: [[{ node: 'If', type: 'main', index: 0 }]] },
    If: { main: [[{ node: 'Call', type: 'main', index: 0 }], [{ node: 'Wait', type: 'main', index: 0 }]] },
  },
}

const typebot = {
  version: '6',
  name: 'From Typebot',
  events: [{ id: 'e', type: 'start', outgoingEdgeId: 'e1', graphCoordinates: { x: 0, y: 0 } }],
  groups: [
    {
      id: 'g',
      title: 'Group',
      graphCoordinates: { x: 0, y: 0 },
      blocks: [
        { id: 'b1', type: 'text', content: { richText: [{ type: 'p', children: [{ text: 'Hola {{Name}}' }] }] } },
        { id: 'b2', type: 'text input', options: { variableId: 'v', labels: { placeholder: 'p' } } },
        {
          id: 'b3',
          type: 'Condition',
          items: [
            {
              id: 'i',
              outgoingEdgeId: 'e2',
              content: {
                logicalOperator: 'AND',
                comparisons: [{ id: 'c', variableId: 'v', comparisonOperator: 'Equal to', value: 'x' }],
              },
            },
          ],
        },
        { id: 'b4', type: 'Set variable', options: { variableId: 'v', expressionToEvaluate: '1' } },
        { id: 'b5', type: 'Wait', options: { secondsToWaitFor: '5' } },
        {
          id: 'b6',
          type: 'Webhook',
          options: { webhook: { url: URL_OUTSIDE, method: 'POST', body: '{}', headers: [] } },
        },
      ],
    },
  ],
  edges: [
    { id: 'e1', from: { eventId: 'e' }, to: { groupId: 'g' } },
    { id: 'e2', from: { blockId: 'b3', itemId: 'i' }, to: { groupId: 'g', blockId: 'b5' } },
  ],
  variables: [{ id: 'v', name: 'Name' }],
}

const novu = {
  name: 'From Novu',
  workflowId: 'w',
  steps: [
    { type: 'in_app', name: 'Bell', controlValues: { subject: 's', body: 'Hola {{subscriber.firstName}}' } },
    { type: 'delay', name: 'Later', controlValues: { amount: 2, unit: 'hours' } },
    { type: 'digest', name: 'Together', controlValues: { amount: 1, unit: 'days' } },
    { type: 'email', name: 'Mail', controlValues: { subject: 's', body: '<p>b</p>', skip: { '==': [1, 1] } } },
  ],
}

/** The ways in that are about flows. */
export const FLOW_DOORS: readonly Door[] = [
  { method: 'POST', path: '/api/v1/flows', body: { name: 'F' } },
  { method: 'PUT', path: '/api/v1/flows/{flow}/draft', body: graph },
  { method: 'POST', path: '/api/v1/flows/{flow}/publish', body: { note: 'n' } },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/simulate',
    body: {
      event: { type: 'never.seen', subject: 's', data: { n: 2 } },
      laterEvents: [{ at: '2030-01-01T00:00:00Z', event: { type: 'x.y', subject: 's' } }],
      contact: { name: 'C' },
      outcomes: { call: [{ way: 'ok', value: { status: 200 }, after: 'PT1S' }] },
      useDraft: true,
    },
  },
  { method: 'POST', path: '/api/v1/runs/00000000-0000-4000-8000-000000000001/cancel', body: { reason: 'r' } },
  { method: 'POST', path: '/api/v1/flows/{flow}/check', body: wide },
  { method: 'PATCH', path: '/api/v1/flows/{flow}', body: { name: 'Another name' } },
  { method: 'PUT', path: '/api/v1/flows/{flow}/cases/a', body: stored },
  { method: 'POST', path: '/api/v1/flows/{flow}/cases/run', body: { case: { name: 'b', ...stored } } },
  {
    method: 'POST',
    path: '/api/v1/flows/import',
    body: { cauce: 'flow/1', ...graph, cases: [{ name: 'a', ...stored }] },
  },
  { method: 'POST', path: '/api/v1/flows/import?format=n8n', body: n8n },
  { method: 'POST', path: '/api/v1/flows/import?format=typebot', body: typebot },
  { method: 'POST', path: '/api/v1/flows/import?format=novu', body: novu },
  { method: 'PUT', path: `/api/v1/flows/${NOBODY}/canary`, body: { percent: 10 } },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/canary/promote',
    body: { runs: 'move', map: { call: 'reply', say: null }, perMinute: 60 },
  },
  { method: 'POST', path: `/api/v1/flows/${NOBODY}/publish/preview`, body: { fromVersion: 1 } },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/runs/bulk',
    body: {
      action: 'cancel',
      filter: { status: 'waiting', version: 1, key: 's', nodeId: 'reply', cause: 'c', since: '2026-01-01T00:00:00Z' },
      exclude: [NOBODY],
      reason: 'r',
      perSecond: 10,
      dryRun: true,
    },
  },
  {
    method: 'POST',
    path: `/api/v1/runs/${NOBODY}/fork`,
    body: { nodeId: 'reply', vars: { a: 1 }, data: { n: 2 }, version: 1 },
  },
  { method: 'POST', path: `/api/v1/runs/${NOBODY}/replay`, body: { version: 1 } },
  { method: 'POST', path: `/api/v1/flows/${NOBODY}/runs`, body: { input: { a: [1] }, subject: 's' } },
  { method: 'POST', path: `/api/v1/approvals/${NOBODY}/approve`, body: { note: 'n' } },
  { method: 'POST', path: `/api/v1/approvals/${NOBODY}/reject`, body: { note: 'n' } },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/simulate/people',
    body: { people: { invented: { count: 3, contact: { name: 'C', locale: 'es' } } }, ...scripted },
  },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/simulate/people',
    body: { people: { described: [{ id: 'd', contact: { name: 'D' }, after: 'PT1H', script: scripted.script }] } },
  },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/simulate/people',
    body: { people: { contacts: { ids: ['c'], limit: 5 } } },
  },
  {
    method: 'POST',
    path: '/api/v1/flows/{flow}/replay',
    body: { from: ago(2), to: ago(1), dryRun: false, examples: 2 },
  },
]
