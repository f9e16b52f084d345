import { Group, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body, type Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useMoment } from '../conversations/standing.tsx'
import { graphFrom, nodeOf } from '../flows/model/graph.ts'
import { nameOf } from '../flows/model/sentences.ts'
import { versionQuery } from '../flows/queries.ts'
import { capital } from '../ui/capital.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { CopyId } from '../ui/copy.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { localeName } from '../ui/locale-name.ts'
import type { Tone } from '../ui/state-badge.tsx'
import { type Moment, Timeline } from '../ui/timeline.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { askedWords, causeOf, receiverOf } from './about.ts'
import classes from './detail.module.css'
import { Preview } from './preview.tsx'
import { useAppointed, useReason } from './reason.tsx'
import { isOfRules, reasonOf } from './reasons.ts'
import { type Channel, NotificationState, useChannelName } from './state.tsx'
import { TemplateLabel } from './template-label.tsx'
import { notificationTexts } from './texts.ts'

type Notification = Schema<'NotificationWithStates'>

const useNotification = (id: string) =>
  useQuery({
    queryKey: ['notifications', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/notifications/{id}', { params: { path: { id } }, signal })),
  })

/** Whom it was for. */
export function NotificationTitle({ id }: { id: string }) {
  const t = useTexts(notificationTexts)
  const { data } = useNotification(id)
  return data === undefined ? (
    <VisuallyHidden>{id}</VisuallyHidden>
  ) : (
    t('forWhom', { name: receiverOf(data) ?? t('nobody') })
  )
}

/** What the program writes in place of a signed link, for who may not write conversations. */
const HIDDEN_LINK = '/r/***'

/** Why one notification went out or not, each decision, and how its receiver saw it. */
export function NotificationDetail({ id }: { id: string }) {
  const t = useTexts(notificationTexts)
  const can = useCan()
  const { data, error, refetch } = useNotification(id)
  if (error) return <ErrorState error={error} retry={() => refetch()} />
  if (data === undefined) return <Waiting lines={8} />
  return (
    <Stack gap="lg">
      <Why notification={data} />
      <Acts notification={data} />
      {data.body !== null && data.channel !== null && (
        <section>
          <Title order={3} mb="xs">
            {t('seen')}
          </Title>
          <Preview
            channel={data.channel}
            title={data.title}
            body={data.body}
            html={data.html}
            to={data.address}
            at={data.updatedAt}
            read={data.readAt !== null}
          />
          {!can('conversations:write') && `${data.body} ${data.html}`.includes(HIDDEN_LINK) && (
            <Text size="sm" c="dimmed" mt="xs">
              {t('linkHidden')}
            </Text>
          )}
        </section>
      )}
      <section>
        <Title order={3} mb="xs">
          {t('steps')}
        </Title>
        <Steps states={data.states} />
      </section>
      <FactsOf notification={data} />
    </Stack>
  )
}

const QUESTION = {
  sent: 'whySent',
  queued: 'whySent',
  held: 'whyWaits',
  failed: 'whyNot',
  suppressed: 'whyNot',
  cancelled: 'whyNot',
} as const

function Why({ notification }: { notification: Notification }) {
  const t = useTexts(notificationTexts)
  const moment = useMoment()
  const appointed = useAppointed()
  const reason = useReason()
  const channelName = useChannelName()
  const { status, channel, updatedAt, readAt, sendAt, reason: noted, states } = notification
  const asked = askedWords(notification)
  const sentences: Record<typeof status, string> = {
    sent: t('sumSent', {
      channel: channelName(channel),
      when: moment(states.find((one) => one.status === 'sent')?.at ?? updatedAt),
    }),
    queued: t('sumQueued', { channel: channelName(channel) }),
    held: t('sumHeld', { when: sendAt === null ? '' : appointed(sendAt) }),
    failed: t('sumFailed'),
    suppressed: t(noted !== null && isOfRules(noted) ? 'sumRuled' : 'sumSuppressed'),
    cancelled: t('sumCancelled'),
  }
  // What was passed over before it is why it went this way; where no channel took it, each says why.
  const passed = states.filter(
    (one) =>
      (one.status === 'skipped' && (status === 'sent' || status === 'queued' || status === 'failed')) ||
      (one.status === 'channel_failed' && status === 'failed'),
  )
  // That it waits for its time is said already; of several channels the last reason is one of theirs.
  const each = status === 'failed' && passed.length > 0
  const isSaid = noted === null || reasonOf(noted).key === 'waits' || each
  const why = isSaid ? null : reason(noted)
  return (
    <div className={classes.why}>
      <Group gap="sm" align="center">
        <Title order={3}>{t(QUESTION[status])}</Title>
        <NotificationState status={status} />
      </Group>
      <Text>
        {sentences[status]} {why ?? (asked !== null && !each && `${t(asked.key, asked.values)}.`)}
        {!each && passed.map(({ reason: why }) => why && ` ${reason(why)}`)}
      </Text>
      {each && (
        <ul className={classes.tried}>
          {passed.map(({ channel, reason: why }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel may have been tried twice
            <li key={i}>
              {capital(channelName(channel as Channel | null))}: {why === null ? t('stepChannelFailed') : reason(why)}
            </li>
          ))}
        </ul>
      )}
      {readAt !== null && <Text>{t('sumRead', { when: moment(readAt) })}</Text>}
    </div>
  )
}

const STEP: Record<
  string,
  {
    key:
      | 'stepHeld'
      | 'stepQueued'
      | 'stepSent'
      | 'stepRead'
      | 'stepSkipped'
      | 'stepChannelFailed'
      | 'stepFailed'
      | 'stepSuppressed'
      | 'stepCancelled'
    tone: Tone
  }
> = {
  held: { key: 'stepHeld', tone: 'quiet' },
  queued: { key: 'stepQueued', tone: 'current' },
  sent: { key: 'stepSent', tone: 'good' },
  read: { key: 'stepRead', tone: 'good' },
  skipped: { key: 'stepSkipped', tone: 'quiet' },
  channel_failed: { key: 'stepChannelFailed', tone: 'bad' },
  failed: { key: 'stepFailed', tone: 'bad' },
  suppressed: { key: 'stepSuppressed', tone: 'quiet' },
  cancelled: { key: 'stepCancelled', tone: 'quiet' },
}

function Steps({ states }: { states: Notification['states'] }) {
  const t = useTexts(notificationTexts)
  const channelName = useChannelName()
  const reason = useReason()
  const moments = states.map((state, index): Moment => {
    const { key = 'stepOther', tone = 'quiet' } = STEP[state.status] ?? {}
    const channel = channelName(state.channel as Channel | null)
    const address =
      state.address !== null && state.status === 'queued' ? t('toAddress', { address: state.address }) : null
    return {
      key: String(index),
      at: state.at,
      tone,
      title: t(key as 'stepOther', { channel, status: state.status }),
      children: state.reason !== null ? reason(state.reason) : (address ?? undefined),
    }
  })
  return <Timeline label={t('steps')} moments={moments} />
}

function Acts({ notification: { id, to, status } }: { notification: Notification }) {
  const t = useTexts(notificationTexts)
  const can = useCan()
  const person = 'contactId' in to ? to.contactId : null
  const cancels = (status === 'held' || status === 'queued') && can('notifications:write')
  if (person === null && !cancels) return null
  return (
    <Group gap="md">
      {person !== null && can('conversations:read') && (
        <>
          <Link to="/people" search={{ selected: person }}>
            {t('goPerson')}
          </Link>
          <Link to="/notifications/inbox" search={{ person }}>
            {t('goInbox')}
          </Link>
        </>
      )}
      {cancels && (
        <ConfirmAct
          label={t('cancel')}
          title={t('cancelTitle')}
          consequence={t('cancelConsequence')}
          confirm={t('cancel')}
          danger
          done={t('cancelDone')}
          refresh={[['notifications']]}
          act={() => body(api.POST('/api/v1/notifications/{id}/cancel', { params: { path: { id } } }))}
        />
      )}
    </Group>
  )
}

function FactsOf({ notification }: { notification: Notification }) {
  const t = useTexts(notificationTexts)
  const { id, address, template, templateVersion, locale, category, dedupeKey, sendAt, createdAt } = notification
  const language = useLanguage()
  const can = useCan()
  const { cause, askedBy } = notification
  const version = templateVersion === 0 ? t('builtIn') : t('version', { version: templateVersion })
  return (
    <section>
      <Title order={3} mb="xs">
        {t('facts')}
      </Title>
      <Facts
        facts={[
          [t('address'), address ?? undefined],
          [
            t('template'),
            template === null ? undefined : (
              <span key="template">
                <TemplateLabel template={template} />
                {templateVersion === null ? '' : `, ${version}`}
              </span>
            ),
          ],
          [t('language'), locale === null ? undefined : localeName(locale, language)],
          [t('category'), category ?? undefined],
          [t('asked'), <When key="at" at={createdAt} />],
          [t('sendAt'), sendAt === null ? undefined : <When key="send" at={sendAt} />],
          [t('cause'), cause === null ? undefined : <Cause key="cause" cause={cause} askedBy={askedBy} />],
          [t('askedAt'), askedBy?.step ? <AskingStep key="step" {...askedBy} step={askedBy.step} /> : undefined],
          [
            t('askedRun'),
            askedBy === null ? undefined : (
              <Link
                key="run"
                to="/flows/$flowId/runs"
                params={{ flowId: askedBy.flowId }}
                search={{ selected: askedBy.runId }}
              >
                {t('askedRunLink')}
              </Link>
            ),
          ],
          [
            t('askedAbout'),
            askedBy === null || askedBy.conversationId === null ? undefined : can('conversations:read') ? (
              <Link key="conversation" to="/conversations" search={{ selected: askedBy.conversationId }}>
                {askedBy.conversationId}
              </Link>
            ) : (
              askedBy.conversationId
            ),
          ],
          [t('dedupe'), dedupeKey === null ? undefined : <CopyId key="dedupe" id={dedupeKey} />],
          [t('id'), <CopyId key="id" id={id} />],
        ]}
      />
    </section>
  )
}

type AskedBy = NonNullable<Notification['askedBy']>

function Cause({ cause, askedBy }: { cause: string; askedBy: AskedBy | null }) {
  const t = useTexts(notificationTexts)
  if (askedBy !== null)
    return (
      <Link to="/flows/$flowId" params={{ flowId: askedBy.flowId }}>
        {t('causeFlow', { flow: askedBy.flowName })}
      </Link>
    )
  const { kind, key, id } = causeOf(cause)
  if (kind === 'notification')
    return (
      <Link to="/notifications" search={{ selected: id }}>
        {t(key)}
      </Link>
    )
  return (
    <>
      {t(key)} <CopyId id={id} />
    </>
  )
}

/** A step by the name that it had in the version that took it; it leads to the drawing of its run. */
function AskingStep({ flowId, runId, step }: AskedBy & { step: NonNullable<AskedBy['step']> }) {
  const language = useLanguage()
  const version = useQuery(versionQuery(flowId, step.version))
  const node = nodeOf(graphFrom(version.data?.graph ?? {}), step.nodeId)
  return (
    <Link to="/flows/$flowId" params={{ flowId }} search={{ run: runId }}>
      {step.label ?? (node === undefined ? step.nodeId : nameOf(node, language))}
    </Link>
  )
}
