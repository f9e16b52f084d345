import { Type } from '@sinclair/typebox'
import { instant, oneOf, orNull } from '#platform/http/answer-fields.ts'
import { CHANNELS } from './request.ts'

// What the routes of notifications, the inbox and templates answer.

const text = orNull(Type.String())
const channel = oneOf(CHANNELS)
export const STATUSES = ['held', 'queued', 'sent', 'failed', 'suppressed', 'cancelled'] as const
const status = oneOf(STATUSES)

export const acceptedAnswer = Type.Object({
  notificationId: Type.String(),
  duplicate: Type.Optional(
    Type.Literal(true, { description: 'Another one has the dedupe key; its id is given and nothing more is sent' }),
  ),
})

const askingRun = {
  flowId: Type.String(),
  flowName: Type.String(),
  runId: Type.String(),
  conversationId: orNull(Type.String({ description: 'What the run is about, where that is a conversation' })),
}
const NOT_ASKED = 'Null: it was no run, the run is not known any more, or you may not read flows'

const notificationFields = {
  id: Type.String(),
  to: Type.Union([
    Type.Object({ address: text }),
    Type.Object({ contactId: Type.String() }),
    Type.Object({ userId: Type.String() }),
  ]),
  receiverName: text,
  channel: orNull(channel),
  address: text,
  template: text,
  templateVersion: orNull(Type.Integer()),
  locale: text,
  title: text,
  body: text,
  link: text,
  data: Type.Unknown(),
  category: text,
  status,
  reason: text,
  dedupeKey: text,
  cause: text,
  encounterId: { ...text, description: 'The conversation that it is about' },
  sendAt: orNull(instant),
  createdAt: instant,
  updatedAt: instant,
  readAt: orNull(instant),
}
export const notificationAnswer = Type.Object(
  {
    ...notificationFields,
    askedBy: orNull(Type.Object(askingRun, { description: `The run of a flow that asked for it. ${NOT_ASKED}` })),
  },
  { title: 'Notification' },
)

export const notificationWithStates = Type.Object(
  {
    ...notificationFields,
    askedBy: orNull(
      Type.Object(
        {
          ...askingRun,
          step: orNull(
            Type.Object({
              nodeId: Type.String(),
              label: orNull(Type.String({ description: 'What people call the step' })),
              version: Type.Integer({ description: 'Of the flow, that the run had then' }),
            }),
          ),
        },
        { description: `The run of a flow that asked for it, and at which step. ${NOT_ASKED}` },
      ),
    ),
    html: text,
    states: Type.Array(
      Type.Object({
        at: instant,
        status: Type.String(),
        channel: orNull(channel),
        address: text,
        reason: text,
        payload: orNull(
          Type.Object({ title: text, body: Type.String(), html: text, link: text, data: Type.Unknown() }),
        ),
        templateVersion: orNull(Type.Integer()),
      }),
    ),
  },
  { title: 'NotificationWithStates' },
)
export const calledOffAnswer = Type.Object({ id: Type.String(), status })

const inboxMessage = Type.Object(
  {
    id: Type.String(),
    template: text,
    title: text,
    body: Type.String(),
    data: Type.Object(
      { link: Type.Optional(Type.String()) },
      { additionalProperties: true, description: 'What was given with it, and its link' },
    ),
    status: oneOf(['unread', 'read']),
    createdAt: instant,
    readAt: orNull(instant),
  },
  { title: 'InboxMessage' },
)
export const inboxAnswer = Type.Object({
  items: Type.Array(inboxMessage),
  unread: Type.Integer({ minimum: 0 }),
  nextCursor: text,
})
export const readAnswer = Type.Object({ read: Type.Integer({ minimum: 0 }) })

const version = Type.Integer({ minimum: 0, description: '0: the one that comes with the program' })
const textFields = {
  key: Type.String(),
  channel,
  locale: Type.String(),
  version,
  title: text,
  body: Type.String(),
  html: text,
  builtIn: Type.Boolean(),
}
export const templateList = Type.Object({
  items: Type.Array(
    Type.Object({
      key: Type.String(),
      texts: Type.Array(Type.Object({ channel, locale: Type.String(), version })),
    }),
  ),
  nextCursor: Type.Null(),
})
export const templateAnswer = Type.Object({
  key: Type.String(),
  texts: Type.Array(Type.Object(textFields, { title: 'TemplateText' })),
})
export const templateVersion = Type.Object({
  ...textFields,
  createdAt: orNull({ ...instant, description: 'Null: it comes with the program' }),
  createdBy: orNull(Type.String()),
})
export const publishedAnswer = Type.Object({ key: Type.String(), channel, locale: Type.String(), version })
export const previewAnswer = Type.Object({
  key: Type.String(),
  channel,
  locale: Type.String(),
  version: orNull({ ...version, description: 'Null: the texts of the request, which are not published' }),
  title: text,
  body: Type.String(),
  html: text,
  sample: Type.Record(Type.String(), Type.Unknown(), { description: 'The values that it was shown with' }),
})
