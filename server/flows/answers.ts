import { Type } from '@sinclair/typebox'
import { anyObject, instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

// What the routes of flows and runs answer.

const position = Type.Object({ x: Type.Number(), y: Type.Number() }, { additionalProperties: true })

/** The graph as it was given: nodes and edges in the form of React Flow, with what the editor keeps beside. */
export const graphAnswer = Type.Object(
  {
    name: Type.Optional(Type.String()),
    description: Type.Optional(Type.Unknown()),
    settings: Type.Optional(
      Type.Object(
        {
          key: Type.Optional(Type.Unknown({ description: 'CEL over the event; default `event.subject`' })),
          onePerKey: Type.Optional(Type.Unknown({ description: 'At most one run of a key; default true' })),
          cancelOn: Type.Optional(
            Type.Unknown({ description: 'Events that end a run: types, or `{event, where, samePerson}`' }),
          ),
          timeLimit: Type.Optional(Type.Unknown({ description: 'ISO 8601 duration after which a run fails' })),
          onError: Type.Optional(Type.Unknown({ description: 'Id of the flow that begins when a run fails' })),
          goal: Type.Optional(Type.Unknown({ description: '`{event, within, ends}`' })),
          oncePer: Type.Optional(Type.Unknown({ description: 'A key begins one run in so long' })),
          concurrency: Type.Optional(Type.Unknown({ description: 'Runs under way at once; others wait their turn' })),
          rate: Type.Optional(Type.Unknown({ description: '`{limit, per}`: runs begun within any such span' })),
          debounce: Type.Optional(
            Type.Unknown({ description: 'The last event of a key begins once it has been quiet so long' }),
          ),
          batch: Type.Optional(
            Type.Unknown({ description: '`{size, within}`: events of a key begin one run, in `vars.batch`' }),
          ),
          priority: Type.Optional(Type.Unknown({ description: 'CEL: who waits a turn comes by it, highest first' })),
        },
        { additionalProperties: true, description: 'A draft may hold faults here' },
      ),
    ),
    nodes: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          type: Type.String(),
          position: Type.Optional(position),
          data: Type.Optional(anyObject),
        },
        { additionalProperties: true },
      ),
    ),
    edges: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          source: Type.String(),
          target: Type.String(),
          sourceHandle: Type.Optional(orNull(Type.String())),
        },
        { additionalProperties: true },
      ),
    ),
    viewport: Type.Optional(Type.Unknown()),
  },
  { title: 'Graph' },
)

/** What keeps a graph from running, as `errors` of a problem tell it. */
export const graphFault = Type.Object(
  {
    path: Type.String(),
    message: Type.String(),
    messages: Type.Optional(Type.Object({ en: Type.String(), es: Type.String() })),
    nodeId: Type.Optional(Type.String()),
    label: Type.Optional(Type.String({ description: 'What people call the node' })),
  },
  { title: 'GraphFault' },
)

export const warnings = Type.Array(graphFault, { description: 'What runs and probably will not do its work' })

export const createdAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  status: Type.Literal('draft'),
  published: Type.Null(),
})
export const savedAnswer = Type.Object({
  id: Type.String(),
  revision: Type.Integer({ description: 'Of the draft' }),
  faults: Type.Array(graphFault, { description: 'What would keep it from being published' }),
  warnings,
})

export const checkedAnswer = Type.Object({
  faults: Type.Array(graphFault, { description: 'What would keep it from being published' }),
  warnings,
})
export const standingAnswer = Type.Object({
  complete: Type.Boolean({ description: 'False: more runs wait than were looked at' }),
  items: Type.Array(
    Type.Object({ version: Type.Integer(), nodeId: Type.String(), runs: Type.Integer({ minimum: 1 }) }),
    { description: 'By version, the most first' },
  ),
})

const CANARY_STATE = oneOf(['running', 'promoted', 'returned', 'stopped'], {
  description: 'returned: too many of its runs failed, and new runs take the published version again',
})
const versionFields = {
  version: Type.Integer(),
  note: orNull(Type.String()),
  fromVersion: orNull(Type.Integer({ description: 'The version whose graph it repeats; null: it was the draft' })),
  publishedBy: Type.String(),
  publishedAt: instant,
  undone: Type.Boolean({ description: 'It was taken back' }),
  canary: orNull(
    Type.Object({
      state: CANARY_STATE,
      percent: Type.Number(),
      failed: Type.Integer({ description: 'Of its runs, as they were counted last' }),
      ended: Type.Integer(),
      threshold: Type.Number(),
      endedBy: orNull(Type.String()),
      endedAt: orNull(instant),
    }),
    { description: 'What came of it where a share of the new runs tried it first; null: it was published for all' },
  ),
}
export const versionAnswer = Type.Object(versionFields, { title: 'FlowVersion' })
export const sentence = Type.Object({ en: Type.String(), es: Type.String() })
export const differenceFields = {
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'By kind of change; of all of them' }),
  changes: Type.Array(
    Type.Object(
      {
        change: oneOf([
          'stepAdded',
          'stepRemoved',
          'stepReplaced',
          'fieldChanged',
          'textChanged',
          'edgeAdded',
          'edgeRemoved',
          'settingChanged',
          'nameChanged',
        ]),
        nodeId: orNull(Type.String()),
        path: Type.String({ description: 'JSON pointer into the graph, with nodes by their ids' }),
        before: Type.Unknown(),
        after: Type.Unknown(),
        says: sentence,
      },
      { title: 'GraphChange' },
    ),
    { description: 'In the order in which it is drawn; at most 500' },
  ),
}
const side = Type.Union([
  Type.Object(versionFields),
  Type.Object({
    draft: Type.Literal(true),
    revision: Type.Integer(),
    savedBy: orNull(Type.String()),
    savedAt: orNull(instant),
  }),
])
export const differenceAnswer = Type.Object({ from: orNull(side), to: side, ...differenceFields })

/** One thing that came otherwise than a case expects. */
export const missAnswer = Type.Object(
  { path: Type.String(), expected: Type.Unknown(), actual: Type.Unknown(), says: sentence },
  { title: 'CaseMiss' },
)

export const previewAnswer = Type.Object({
  published: orNull(Type.Integer()),
  revision: Type.Integer({ description: 'Of the draft' }),
  difference: Type.Object(differenceFields),
  runs: Type.Object({
    total: Type.Integer({ description: 'Each counted once, in however many branches it stands' }),
    standing: Type.Array(
      Type.Object({
        version: Type.Integer(),
        nodeId: Type.String(),
        type: Type.String(),
        runs: Type.Integer(),
        fate: oneOf(['same', 'changed', 'replaced', 'removed'], { description: 'What becomes of the step' }),
        says: sentence,
        stays: Type.Array(Type.Object({ runs: Type.Integer(), says: sentence }), {
          description: 'Of those: who stays with their version with `runs: "move"` whatever `map` says, and why',
        }),
      }),
    ),
  }),
  cases: Type.Object({
    total: Type.Integer(),
    red: Type.Array(Type.Object({ name: Type.String(), misses: Type.Array(missAnswer) }), {
      description: 'Those that a publish would stop at',
    }),
  }),
  warnings,
  needsMap: Type.Array(Type.String(), { description: 'Steps whose runs need to be told where they go' }),
})

export const versionWithGraph = Type.Object({ ...versionFields, graph: graphAnswer })

export const RUN_STATUSES = ['waiting', 'completed', 'failed', 'cancelled'] as const
export const personAnswer = orNull(
  Type.Object(
    { id: Type.String(), name: orNull(Type.String()) },
    { description: 'Whose conversation it is about, or who is meant; null: nobody that is known here' },
  ),
)
const runFields = {
  id: Type.String(),
  flowId: Type.String(),
  version: Type.Integer(),
  status: oneOf(RUN_STATUSES),
  subject: Type.String(),
  person: personAnswer,
  key: orNull(Type.String({ description: 'Value of the key of the flow; null: no event reaches it' })),
  eventId: Type.String({ description: 'Of the event that began it' }),
  startedAt: instant,
  endedAt: orNull(instant),
  outcome: orNull(Type.String()),
  nodeId: orNull(Type.String({ description: 'Where it waits, the first of its branches, or failed' })),
  traceId: orNull(Type.String()),
}
export const runAnswer = Type.Object(runFields, { title: 'Run' })

export const visitAnswer = Type.Object(
  {
    visit: Type.Integer({ description: 'Counts the nodes entered' }),
    nodeId: Type.String(),
    label: Type.Optional(Type.String({ description: 'What people call the node' })),
    type: Type.String(),
    at: instant,
    endedAt: orNull({
      ...instant,
      description: 'When it was left; null while the run waits here, and where it waited when it ended',
    }),
    input: Type.Optional(Type.Unknown()),
    output: Type.Optional(Type.Unknown()),
    way: Type.Optional(Type.String({ description: 'The way by which it was left' })),
    error: Type.Optional(Type.String()),
    says: Type.Optional(
      Type.Object({ en: Type.String(), es: Type.String() }, { description: 'The error in both languages' }),
    ),
    tries: Type.Optional(Type.Integer({ description: 'How often the step was tried; absent: once' })),
  },
  { title: 'Visit' },
)
const runVisit = Type.Object(
  {
    ...visitAnswer.properties,
    version: Type.Integer({
      description: 'By which it was entered: another one than that of the run where this was moved since',
    }),
  },
  { title: 'RunVisit' },
)
const failedStep = {
  nodeId: Type.String(),
  type: Type.String({ description: 'Of the node' }),
  label: Type.Optional(Type.String({ description: 'Of the node, if it has one' })),
  cause: Type.String(),
}
const failure = orNull(
  Type.Object({
    ...failedStep,
    says: Type.Object({ en: Type.String(), es: Type.String() }, { description: 'Which step failed, and why' }),
    notUndone: Type.Optional(
      Type.Array(Type.Object(failedStep), {
        description: 'Steps that failed while undoing what was done before: that was not undone',
      }),
    ),
  }),
)

const wait = Type.Object({ nodeId: Type.String(), event: orNull(Type.String()), until: orNull(instant) })

export const runWithTimeline = Type.Object(
  {
    ...runFields,
    vars: anyObject,
    data: Type.Optional(Type.Unknown({ description: 'What it sees as `event.data`, where a fork changed that' })),
    forked: Type.Optional(
      Type.Object(
        { runId: orNull(Type.String()), nodeId: Type.String() },
        { description: 'The run that it goes on from, and the node at which it began' },
      ),
    ),
    goalAt: orNull({
      ...instant,
      description: 'When the event of the goal came, if it came in time, also after the end of the run',
    }),
    failure,
    waitsFor: orNull(wait),
    waits: Type.Array(wait, { description: 'Of each of its branches; `waitsFor` is the first' }),
    steps: Type.Array(runVisit),
    nextCursor: orNull(Type.String()),
  },
  { title: 'RunWithTimeline' },
)
export const begunAnswer = Type.Object({
  id: Type.String({ description: 'Of the run; it is there a moment later' }),
  eventId: Type.String(),
})
export const retriedAnswer = Type.Object({ id: Type.String(), status: oneOf(RUN_STATUSES) })
export const forkedAnswer = Type.Object({
  id: Type.String({ description: 'Of the new run' }),
  status: oneOf(RUN_STATUSES),
})
export const cancelledAnswer = Type.Object({ id: Type.String(), status: oneOf(RUN_STATUSES) })

export const canaryAnswer = Type.Object(
  {
    version: Type.Integer(),
    percent: Type.Number({ description: 'Of the keys whose new runs begin with it' }),
    threshold: Type.Number({ description: 'Share of its ended runs that may fail before the way back is taken' }),
    minimumRuns: Type.Integer({ description: 'Runs that must have ended before they are judged' }),
    state: CANARY_STATE,
    failed: Type.Integer(),
    ended: Type.Integer(),
    startedBy: Type.String(),
    startedAt: instant,
    endedBy: orNull(Type.String()),
    endedAt: orNull(instant),
  },
  { title: 'Canary' },
)

const sent = { at: instant, nodeId: Type.String(), kind: Type.String() }
export const simulationAnswer = Type.Object(
  {
    outcome: Type.String({ description: '`waiting`: nothing more would happen by itself' }),
    why: orNull(Type.String({ description: 'Why no trigger took the event' })),
    whySays: orNull(sentence, { description: 'The same, by language' }),
    status: orNull(oneOf(RUN_STATUSES)),
    failure,
    vars: anyObject,
    entry: orNull(
      Type.Object(
        {
          begins: orNull({ ...instant, description: 'Null: it does not' }),
          says: Type.Array(sentence),
          rules: Type.Array(sentence, { description: 'How the flow lets its runs begin' }),
        },
        { description: 'What becomes of the event before it begins a run; null: it begins one at once' },
      ),
    ),
    startAt: { ...instant, description: 'When the event happens that begins it' },
    later: Type.Array(Type.Object({ at: instant, type: Type.String(), data: Type.Optional(Type.Unknown()) }), {
      description: 'The later events of the scenario, each when it comes, in their order',
    }),
    path: Type.Array(visitAnswer),
    messages: Type.Array(
      Type.Object(
        {
          ...sent,
          text: Type.Optional(Type.String({ description: 'Of a message written into the conversation' })),
          channel: Type.Optional(orNull(Type.String({ description: 'Null: it would not go, `reason` says why' }))),
          locale: Type.Optional(orNull(Type.String())),
          title: Type.Optional(orNull(Type.String())),
          body: Type.Optional(orNull(Type.String())),
          html: Type.Optional(orNull(Type.String())),
          reason: Type.Optional(orNull(Type.String())),
          outcome: Type.Optional(
            orNull(oneOf(['sent', 'failed', 'suppressed'], { description: 'What would become of a notification' })),
          ),
          held: Type.Optional(
            Type.Object(
              { since: instant, reason: orNull(Type.String()) },
              { description: 'It would have waited until now, by quiet hours or a cap' },
            ),
          ),
          skipped: Type.Optional(
            Type.Array(Type.Object({ channel: Type.String(), reason: Type.String() }), {
              description: 'Channels that would be passed over, and why',
            }),
          ),
        },
        { additionalProperties: true },
      ),
      { description: 'What people would read, as they would read it, in the order in which it would go' },
    ),
    effects: Type.Array(Type.Object(sent, { additionalProperties: true }), {
      description: 'What else would happen: calls, events, closes; further members say what',
    }),
  },
  { title: 'Simulation' },
)
