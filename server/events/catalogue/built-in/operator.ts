import type { Json } from '#platform/event.ts'
import { amount, type BuiltInType, count, described, id, moment, orNull, record, text } from './words.ts'

type Fields = { readonly [name: string]: Json }

/** About a receiver of webhooks. */
const about = (
  name: string,
  description: string,
  required: Fields,
  optional: Fields,
  example: Fields,
): BuiltInType => ({
  name: `subscription.${name}`,
  family: 'operator',
  owner: 'cauce',
  description,
  schema: record({ subscriptionId: id, webhookUrl: text, ...required }, optional),
  examples: [
    {
      subscriptionId: '0190a0b0-0000-7000-8000-000000000001',
      webhookUrl: 'https://hooks.example.org/events',
      ...example,
    },
  ],
})

const SAYS = { type: 'object', description: 'Which step failed and why, by language' }

/** What the watchdog tells of a flow. */
const trouble = (
  name: string,
  description: string,
  required: Fields,
  example: Fields,
  optional: Fields = {},
): BuiltInType => ({
  name: `flow.${name}`,
  family: 'operator',
  owner: 'cauce',
  description,
  schema: record({ flowId: id, flow: text, since: moment, ...required }, optional),
  examples: [
    {
      flowId: '0190a0b0-0000-7000-8000-000000000002',
      flow: 'Come back',
      since: '2026-04-04T17:10:00.000Z',
      ...example,
    },
  ],
})

const SINCE = '2026-04-04T17:10:00.000Z'

/** What the program tells its operators about itself, and what its flows begin by. */
export const operatorTypes: readonly BuiltInType[] = [
  about(
    'failing',
    'A receiver has taken nothing for a while; it is going to be disabled.',
    { failingSince: moment, warning: count, warnings: count, disablesAt: moment },
    { lastStatus: orNull(count), lastError: orNull(text) },
    { failingSince: SINCE, warning: 1, warnings: 3, disablesAt: '2026-04-09T17:10:00.000Z', lastStatus: 500 },
  ),
  about(
    'disabled',
    'A receiver gets nothing more: it is gone, or failed for too long.',
    { reason: text },
    { cause: text, failingSince: moment },
    { cause: 'gone', reason: 'the receiver answered 410 Gone' },
  ),
  about(
    'exhausted',
    'A delivery was given up after all its attempts; it is a dead letter and can be replayed.',
    { deliveryId: id, attempts: count },
    { eventId: orNull(id), eventType: orNull(text), lastStatus: orNull(count), lastError: orNull(text) },
    {
      deliveryId: '0190a0b0-0000-8000-a000-000000000009',
      eventId: 'quiet-1',
      eventType: 'encounter.tmipw_expired',
      attempts: 10,
      lastStatus: 500,
      lastError: 'the receiver answered 500',
    },
  ),
  about(
    'recovered',
    'A receiver that was failing takes requests again.',
    { failingSince: moment },
    { disabledAt: orNull(moment) },
    { failingSince: SINCE, disabledAt: null },
  ),
  {
    name: 'flow.scheduled',
    family: 'flow',
    owner: 'cauce',
    description: 'The time has come that the schedule of a flow names.',
    schema: record({ flowId: id, trigger: id, scheduledAt: moment }),
    examples: [{ flowId: '0190a0b0-0000-7000-8000-000000000002', trigger: 'start', scheduledAt: SINCE }],
  },
  {
    name: 'flow.requested',
    family: 'flow',
    owner: 'cauce',
    description: 'Somebody asked for a flow to begin; the data is what they gave.',
    schema: record({}),
    examples: [{ amount: 12 }],
  },
  {
    name: 'flow.run_failed',
    family: 'flow',
    owner: 'cauce',
    description: 'A run of a flow failed: a step could not be done, and no way led on.',
    schema: record(
      { flowId: id, version: count, runId: id, nodeId: text, cause: text },
      {
        flowName: text,
        nodeType: text,
        subject: text,
        encounterId: orNull(id),
        contactId: orNull(id),
        says: SAYS,
        notUndone: {
          type: 'array',
          items: { type: 'object' },
          description: 'Steps that failed while undoing what was done before',
        },
      },
    ),
    examples: [
      {
        flowId: '0190a0b0-0000-7000-8000-000000000002',
        version: 3,
        runId: '0190a0b0-0000-7000-8000-000000000003',
        nodeId: 'call',
        nodeType: 'http',
        cause: 'the receiver answered 500',
      },
    ],
  },
  {
    name: 'flow.canary_returned',
    family: 'flow',
    owner: 'cauce',
    description: 'Too many runs of a version that a share of them tried failed: new runs take the published one again.',
    schema: record({ flowId: id, version: count, failed: count, ended: count, threshold: amount }),
    examples: [{ flowId: '0190a0b0-0000-7000-8000-000000000002', version: 4, failed: 7, ended: 80, threshold: 0.05 }],
  },
  {
    name: 'flow.experiment_decided',
    family: 'flow',
    owner: 'cauce',
    description: 'The arms of a split have the people that its rule asks for: one of them is the winner, or none.',
    schema: record({
      flowId: id,
      version: count,
      node: id,
      arm: orNull(id),
      promoted: { type: 'boolean' },
      arms: { type: 'array', items: record({ arm: id, people: count, hits: count }) },
    }),
    examples: [
      {
        flowId: '0190a0b0-0000-7000-8000-000000000002',
        version: 4,
        node: 'split',
        arm: 'warm',
        promoted: true,
        arms: [
          { arm: 'warm', people: 1000, hits: 310 },
          { arm: 'short', people: 1000, hits: 240 },
        ],
      },
    ],
  },
  trouble(
    'runs_overdue',
    'Runs of a flow should have gone on a while ago, and have not.',
    { runs: count },
    { runs: 3, runId: '0190a0b0-0000-7000-8000-000000000003', nodeId: 'reply', dueAt: SINCE },
    {
      runId: described(id, 'The run that waits longest'),
      nodeId: described(text, 'The step at which it stands'),
      dueAt: described(moment, 'When it should have gone on'),
    },
  ),
  trouble(
    'firing_stopped',
    'A flow has begun no run for much longer than it ever pauses.',
    { usualPauseMs: count },
    { usualPauseMs: 3_600_000 },
  ),
  trouble(
    'failures_risen',
    'Many more runs of a flow fail than usual.',
    { failed: count, usual: amount },
    { failed: 40, usual: 0.5, nodeId: 'call', cause: 'the receiver answered 500', alike: 38 },
    {
      nodeId: described(text, 'The step at which most of the latest failed'),
      cause: described(text, 'The commonest cause there'),
      alike: described(count, 'How many of the latest 1,000 failed there'),
      says: SAYS,
    },
  ),
  trouble('recovered', 'What was wrong with a flow is over.', { what: text }, { what: 'runs_overdue' }),
]
