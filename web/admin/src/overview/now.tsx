import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps, linkOptions } from '@tanstack/react-router'
import { useLanguage } from '../app/language.ts'
import { type Permission, useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { numberFormat } from '../ui/formatters.ts'
import { type Tone, ToneMark } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import classes from './overview.module.css'
import { approvalsQuery, type Brokers, brokersQuery, MOST_APPROVALS, standingQuery, UNTOLD } from './queries.ts'
import { Question } from './section.tsx'
import { overviewTexts } from './texts.ts'

/** From here on the program counts no further. */
const MOST_COUNTED = 10_000

type Row = {
  key: string
  label: string
  count: number
  /** So many are counted as so many or more. */
  most: number
  tone: Tone
  link: LinkProps
  permission: Permission
}

/** What waits for a person: each line leads to its rows. What is zero is quiet. */
export function Now() {
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const can = useCan()
  const asked = useQuery(standingQuery)
  const approvals = useQuery({ ...approvalsQuery, enabled: can('approvals:read') })
  const brokers = useQuery({ ...brokersQuery, enabled: can('backoffice:read') }).data
  if (asked.isPending)
    return (
      <Question asks={t('now')}>
        <Waiting lines={5} />
      </Question>
    )
  if (asked.isError) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />
  const { conversations, events, deliveries, notifications } = asked.data
  // Both figures are bounded: those that are neither closed nor warned are so many at least.
  const unwarned = Math.max(0, conversations.open - conversations.warned)
  const otherBreakers = deliveries.breakersOpen - deliveries.webhooksPaused
  const row = (key: string, count: number, tone: Tone, permission: Permission, link: LinkProps): Row => ({
    ...{ key, label: t(key as 'nowOpen'), count, most: MOST_COUNTED, tone, permission, link },
  })
  const { away, behind } = brokerRows(brokers, row)
  const rows: Row[] = [
    ...away,
    row(
      'nowWarned',
      conversations.warned,
      'warm',
      'conversations:read',
      linkOptions({ to: '/conversations', search: { status: 'warned' } }),
    ),
    {
      ...row(
        'nowOpen',
        unwarned,
        'current',
        'conversations:read',
        linkOptions({ to: '/conversations', search: { status: 'open' } }),
      ),
      most: conversations.open < MOST_COUNTED ? MOST_COUNTED : unwarned,
    },
    // Not there while it is not known: the other figures do not wait for it.
    ...(approvals.data === undefined
      ? []
      : [
          {
            ...row(
              'nowApprovals',
              approvals.data,
              'warm',
              'approvals:read',
              linkOptions({ to: '/approvals', search: { status: 'pending' } }),
            ),
            most: MOST_APPROVALS,
          },
        ]),
    ...behind,
    row(
      'nowAhead',
      events.ahead,
      'current',
      'backoffice:read',
      linkOptions({ to: '/events/outbox', search: { status: 'pending' } }),
    ),
    row('nowSetAside', events.setAside, 'bad', 'backoffice:read', linkOptions({ to: '/events/set-aside' })),
    // Where nothing is kept apart nobody needs to know that it could be.
    ...(events.quarantined === 0
      ? []
      : [
          row(
            'nowQuarantined',
            events.quarantined,
            'bad',
            'backoffice:read',
            linkOptions({ to: '/events/quarantine' }),
          ),
        ]),
    row(
      'nowWaiting',
      deliveries.waiting,
      'current',
      'deliveries:read',
      linkOptions({ to: '/webhooks/deliveries', search: { status: 'pending' } }),
    ),
    row(
      'nowLost',
      deliveries.lost,
      'bad',
      'deliveries:read',
      linkOptions({ to: '/webhooks/deliveries', search: { status: 'failed', period: 'P1D' } }),
    ),
    row('nowUntold', notifications.failed, 'bad', 'notifications:read', linkOptions(UNTOLD)),
    row(
      'nowPaused',
      deliveries.webhooksPaused,
      'bad',
      'subscriptions:read',
      linkOptions({ to: '/webhooks', search: { state: 'paused' } }),
    ),
    ...(otherBreakers > 0
      ? [
          row(
            'nowBreakers',
            otherBreakers,
            'bad',
            'deliveries:read',
            linkOptions({ to: '/webhooks/deliveries/paused' }),
          ),
        ]
      : []),
  ]
  const number = ({ count, most }: Row) => {
    const words = numberFormat(language).format(count)
    return count >= most ? t('atMost', { count: words }) : words
  }
  return (
    <Question asks={t('now')}>
      <ul className={classes.now}>
        {rows
          .filter(({ permission }) => can(permission))
          .map((row) => (
            <li key={row.key}>
              <Link {...row.link} data-zero={row.count === 0 || undefined}>
                <ToneMark tone={row.count === 0 ? 'quiet' : row.tone} />
                <span>{row.label}</span>
                <strong>{number(row)}</strong>
              </Link>
            </li>
          ))}
      </ul>
    </Question>
  )
}

type MakeRow = (key: string, count: number, tone: Tone, permission: Permission, link: LinkProps) => Row

/** Brokers that are away, and what the one that carries events lacks; nothing where there are none. */
function brokerRows(brokers: Brokers | undefined, row: MakeRow): { away: Row[]; behind: Row[] } {
  const { bus, mqtt } = brokers ?? { bus: null, mqtt: null }
  const ofBus = linkOptions({ to: '/settings/brokers' })
  const ofMqtt = linkOptions({ to: '/settings/brokers/mqtt' })
  return {
    away: [
      ...(bus?.away ? [row('nowBusAway', 1, 'bad', 'backoffice:read', ofBus)] : []),
      ...(mqtt?.away ? [row('nowMqttAway', 1, 'bad', 'mqtt:read', ofMqtt)] : []),
    ],
    behind: bus === null ? [] : [row('nowBehind', bus.behind, bus.away ? 'bad' : 'current', 'backoffice:read', ofBus)],
  }
}
