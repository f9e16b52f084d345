import { Type } from '@sinclair/typebox'
import { TIME_BOUNDS } from '#events/forms-fields.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import type { BodyForm } from '#platform/http/route.ts'

// The bodies of `POST /api/v1/events` as the OpenAPI document shows them. `forms.ts` reads them; a test holds the two together.

const id = Type.String({ minLength: 1, maxLength: 255, description: 'Without control characters' })
const optionalId = Type.Optional(orNull(id))
const type = Type.String({ minLength: 1, maxLength: 255, description: 'At most 255 bytes, without `*` and `#`' })

const flat = Type.Object(
  {
    event_id: id,
    type,
    subtype: type,
    encounter_id: id,
    datetime: Type.Integer({ description: `Milliseconds since 1970; ${TIME_BOUNDS}` }),
    queue_id: optionalId,
    patient_id: optionalId,
    brand_id: optionalId,
  },
  { title: 'FlatEvent', additionalProperties: true, description: 'Its routing key is `type.subtype`; more is kept' },
)

const enterprise = Type.Object(
  {
    eventId: id,
    eventType: type,
    occurredAt: Type.String({ format: 'date-time', description: `RFC 3339; ${TIME_BOUNDS}` }),
    payload: Type.Record(Type.String(), Type.Unknown(), {
      description: '`encounterId` in it makes the event one of that conversation',
    }),
    schemaVersion: Type.Union([Type.String({ minLength: 1, maxLength: 255 }), Type.Number({ minimum: 0 })]),
    tenantId: optionalId,
    actorUserId: optionalId,
  },
  { title: 'EnterpriseEvent', additionalProperties: true, description: 'Its routing key is `eventType`; more is kept' },
)

const cloudEvent = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id,
    source: Type.String({ minLength: 1, description: 'A URI reference; id and source are the identity' }),
    type,
    subject: Type.Optional(Type.String({ minLength: 1 })),
    time: Type.Optional(Type.String({ format: 'date-time', description: `RFC 3339; ${TIME_BOUNDS}` })),
    datacontenttype: Type.Optional(Type.String()),
    dataschema: Type.Optional(Type.String()),
    data: Type.Optional(Type.Unknown()),
    data_base64: Type.Optional(Type.String({ description: 'Instead of `data`' })),
  },
  {
    title: 'CloudEvent',
    additionalProperties: true,
    description: 'CloudEvents 1.0 in the JSON format; extensions are kept (`tenantid`, `actorid`, `schemaversion`, …)',
  },
)

const FLAT = {
  event_id: 'ev-1001',
  type: 'encounter',
  subtype: 'tmipw_expired',
  encounter_id: 'enc-77',
  queue_id: 'coach',
  patient_id: 'p-12',
  brand_id: 'acme',
  datetime: 1_775_322_600_000,
}
const ENTERPRISE = {
  eventId: '0197f0c2-6d0e-7c3a-9a55-3d1b8f1f7a10',
  eventType: 'appointment.booked',
  occurredAt: '2026-04-04T17:10:00Z',
  tenantId: 'acme',
  actorUserId: 'u-9',
  payload: { appointmentId: 'a-31', encounterId: 'enc-77' },
  schemaVersion: '1.0',
}
const CLOUD_EVENT = {
  specversion: '1.0',
  id: 'A234-1234-1234',
  source: '/scheduler',
  type: 'appointment.cancelled',
  subject: 'enc-77',
  time: '2026-04-04T17:31:00Z',
  actorid: 'u-9',
  datacontenttype: 'application/json',
  data: { appointmentId: 'a-31' },
}

/** By media type. In the binary mode of CloudEvents the attributes are `ce-` headers and the body is the data alone. */
export const eventBodies: Readonly<Record<string, BodyForm>> = {
  'application/json': {
    schema: Type.Union([flat, enterprise, cloudEvent]),
    examples: {
      flat: { summary: 'Flat', value: FLAT },
      enterprise: { summary: 'Enterprise', value: ENTERPRISE },
      binary: {
        summary: 'CloudEvents, binary: with the headers ce-specversion, ce-id, ce-source and ce-type',
        value: CLOUD_EVENT.data,
      },
    },
  },
  'application/cloudevents+json': {
    schema: cloudEvent,
    examples: { structured: { summary: 'CloudEvents, structured', value: CLOUD_EVENT } },
  },
  'application/cloudevents-batch+json': {
    schema: Type.Array(cloudEvent),
    examples: {
      batch: { summary: 'CloudEvents, batch', value: [CLOUD_EVENT, { ...CLOUD_EVENT, id: 'A234-1234-1235' }] },
    },
  },
  '*/*': {
    schema: Type.Unknown({ description: 'CloudEvents, binary, with data of any type' }),
  },
}
