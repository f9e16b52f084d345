import { Type } from '@sinclair/typebox'
import { instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

// What the routes of events and of the log's operator answer.

const told = {
  routingKey: Type.String(),
  eventId: Type.String(),
  duplicate: Type.Optional(Type.Literal(true, { description: 'It is known already; this one has no effect' })),
  published: Type.Optional(
    Type.Literal(false, { description: 'It is kept and nobody is told: its system follows, or it is set aside' }),
  ),
  setAside: Type.Optional(
    oneOf(['unknown-type', 'invalid'], { description: 'Why it waits for somebody to look at it' }),
  ),
}

export const takenAnswer = Type.Union([
  Type.Object(
    { routed: Type.Boolean({ description: 'Whether consumers are told of it' }), ...told },
    { title: 'EventTaken' },
  ),
  Type.Object(
    {
      routed: Type.Boolean({ description: 'Whether consumers are told of all of them' }),
      events: Type.Array(Type.Object(told)),
    },
    { title: 'BatchTaken' },
  ),
])

const eventFields = {
  id: Type.String(),
  source: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  time: { ...instant, description: 'When it occurred' },
  data: Type.Unknown({ description: 'The flat object, the enterprise payload or the CloudEvents data' }),
  form: oneOf(['flat', 'enterprise', 'cloudevents'], { description: 'How it came in' }),
  tenantId: orNull(
    Type.String({ description: 'As the event says it (`tenantid` of a CloudEvent); it never selects a tenant' }),
  ),
  actorUserId: orNull(Type.String({ description: 'Who did it, as the event says (`actorid` of a CloudEvent)' })),
  schemaVersion: orNull(Type.String({ description: '`schemaversion` of a CloudEvent' })),
  extensions: Type.Record(Type.String(), Type.Unknown(), {
    description:
      'What else it says beside its data: attributes of a CloudEvent, further members of the enterprise form',
  }),
  encounterId: orNull(Type.String()),
  position: Type.Integer({
    description: 'Its place in the log, which is the order of commits; it counts the events of all tenants',
  }),
  receivedAt: instant,
  traceId: orNull(Type.String()),
  cause: orNull(Type.String({ description: 'What led to it: the id of an event, `run:<id>` or `notification:<id>`' })),
  hops: Type.Integer({ description: 'How many events of ours led to it' }),
  origin: Type.String({ description: 'The door it came through' }),
}

export const eventAnswer = Type.Object(
  {
    ...eventFields,
    truncated: Type.Optional(Type.Literal(true, { description: 'It is too large for a list: `data` is null' })),
    size: Type.Optional(Type.Integer({ description: 'Bytes of what is left out' })),
  },
  { title: 'Event' },
)

const caused = <T extends string>(title: T, fields: Parameters<typeof Type.Object>[0]) =>
  Type.Optional(Type.Array(Type.Object({ id: Type.String(), ...fields }, { title, additionalProperties: true })))

export const eventWithConsequences = Type.Object(
  {
    ...eventFields,
    raw: Type.String({ description: 'The text as it came' }),
    edits: Type.Array(
      Type.Object({
        at: instant,
        actor: Type.String(),
        reason: Type.String(),
        data: Type.Unknown({ description: 'As its consumers see it from then on' }),
        truncated: Type.Optional(Type.Literal(true)),
      }),
      { description: 'What operators put right after it was set aside, in order' },
    ),
    consumers: Type.Array(
      Type.Object({
        name: Type.String(),
        state: oneOf(['passed', 'ahead', 'retrying', 'waiting', 'failed', 'discarded'], {
          description:
            'ahead: it has not come to it yet. retrying: it could not handle it and tries again. waiting: an earlier event of the same subject is tried again. failed: it was set aside. discarded: it was set aside and somebody gave it up',
        }),
        attempts: Type.Integer(),
        error: orNull(Type.String()),
        at: orNull(instant),
        settled: Type.Array(
          Type.Object({
            attempts: Type.Integer(),
            error: orNull(Type.String({ description: 'Why it could not be handled' })),
            setAsideAt: instant,
            outcome: oneOf(['retried', 'discarded']),
            at: { ...instant, description: 'When somebody gave it back or up' },
            actor: Type.String(),
            reason: orNull(Type.String()),
          }),
          { description: 'Each time that it was set aside here and an operator gave it back or up, in order' },
        ),
      }),
      { description: 'Who reads the log, and how far each is with this event' },
    ),
    caused: Type.Object(
      {
        runs: caused('CausedRun', {
          flowId: Type.String(),
          version: Type.Integer(),
          status: Type.String(),
          eventId: Type.String(),
        }),
        continued: caused('ContinuedRun', {
          runId: Type.String(),
          flowId: Type.String(),
          version: Type.Integer(),
          status: Type.String(),
          outcome: orNull(Type.String()),
          cause: Type.String({ description: 'The event with which it went on or ended' }),
        }),
        notifications: caused('CausedNotification', {
          status: Type.String(),
          channel: orNull(Type.String()),
          template: orNull(Type.String()),
          cause: orNull(Type.String()),
          deliveryId: orNull(Type.String({ description: 'The delivery that carries it' })),
          createdAt: instant,
        }),
        deliveries: caused('CausedDelivery', {
          channel: Type.String(),
          target: Type.String(),
          status: Type.String(),
          cause: orNull(Type.String()),
          eventId: orNull(Type.String()),
        }),
        events: Type.Array(eventAnswer),
      },
      { description: 'All that followed, some generations deep; each names what led to it' },
    ),
  },
  { title: 'EventWithConsequences' },
)

export const outboxRow = Type.Object(
  {
    id: Type.String(),
    event_type: Type.String(),
    payload_json: Type.Unknown({ description: 'The event as it came; null where it is too large for a list' }),
    status: oneOf(['pending', 'published', 'failed'], { description: 'failed: it was set aside' }),
    created_at: instant,
    error: Type.Optional(Type.String()),
    truncated: Type.Optional(Type.Literal(true)),
    size: Type.Optional(Type.Integer()),
  },
  { title: 'OutboxRow' },
)

export const failureGroups = Type.Object({
  items: Type.Array(
    Type.Object(
      {
        consumer: Type.String(),
        error: Type.String(),
        count: Type.Integer(),
        oldest: instant,
        newest: instant,
        eventIds: Type.Array(Type.String(), { description: 'The newest 20' }),
        events: Type.Array(
          Type.Object({
            id: Type.String(),
            source: Type.String(),
            type: Type.String(),
            subject: Type.String(),
            occurredAt: instant,
          }),
          { description: 'The same, with what they are' },
        ),
      },
      { title: 'FailureGroup' },
    ),
  ),
  nextCursor: Type.Null(),
})
