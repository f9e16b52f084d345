import { registerChannel } from '#deliveries/index.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Service } from '#platform/service.ts'
import { emailChannel } from './channels/email.ts'
import { pushChannel } from './channels/push.ts'
import { dueKinds } from './due.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { createNotifier, deliveryIdOf } from './notifier.ts'
import { notificationRetention } from './retention.ts'
import { notificationRoutes } from './routes.ts'
import { rulesRoutes } from './rules/routes.ts'
import { settings } from './settings.ts'
import { causedNotifications } from './store.ts'
import { templateRoutes } from './templates/routes.ts'

export { type AskingRun, type AskingStep, type EndedAskers, RUN_ENDED, registerAskers } from './askers.ts'
export type { Notifier, Preview, PreviewItem, Wanted } from './contract.ts'
export { opensSomething } from './gate.ts'
export { countFailed } from './log.ts'
export { createNotifier, type OpenNotifier, setUpChannels } from './notifier.ts'
export { type OperatorAlert, readable, tellOperators } from './operators.ts'
export { escalationOf } from './plan.ts'
export { type Fate, type PretendHouse, pretendHouse, pretendNotifier, toldBefore } from './pretend.ts'
export { type PushSink, type ReceivedPush, startPushSink } from './receivers/push-sink.ts'
export { readableMail } from './receivers/readable-mail.ts'
export type { Received } from './receivers/received.ts'
export { type ReceivedMail, type SmtpSink, startSmtpSink } from './receivers/smtp-sink.ts'
export { type ReceivedWebhook, startWebhookSink, type WebhookSink } from './receivers/webhook-sink.ts'
export { CHANNELS, type ChannelName, type NotifyRequest } from './request.ts'
export type { Left } from './rules/rules.ts'
export { type FateRow, fatesOf, type SaidRow, saidBy } from './said.ts'
export { TEMPLATE_NAMES } from './templates/template.ts'

/** Why a message that a run asked for, and that waited, did not leave. */
export const RUN_OVER = 'the run that asked for it went on without it'
/** Why a message is called off whose run goes back to the version of before. */
export const TAKEN_BACK = 'the version of its flow that asked for it was taken back'

/** Templates, the gate that every message to a person passes, and its channels. */
export const notifications: Service = {
  name: 'notifications',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  async open(runtime) {
    const notifier = await createNotifier(runtime)
    if (notifier.configured.has('push')) registerChannel(runtime, pushChannel(runtime))
    const email = notifier.configured.has('email') ? await emailChannel(runtime) : null
    if (email !== null) registerChannel(runtime, email.channel)
    return {
      routes: [
        ...notificationRoutes(runtime, notifier),
        ...inboxRoutes(runtime),
        ...rulesRoutes(runtime),
        ...templateRoutes(runtime, runtime.settings.of(platformSettings).CAUCE_LOCALE),
      ],
      dueKinds: [...dueKinds(runtime, notifier), notificationRetention(runtime)],
      consequences: [
        {
          name: 'notifications',
          prefix: 'notification',
          find: async (db, tenant, causes) =>
            (await causedNotifications(db, tenant, causes)).map((one) => ({
              ...one,
              deliveryId:
                one.channel !== null && one.channel !== 'inbox' ? deliveryIdOf(tenant, one.id, one.channel) : null,
            })),
        },
      ],
      stop: async () => email?.close(),
    }
  },
}
