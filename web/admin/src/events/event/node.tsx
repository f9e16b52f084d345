import { IconBell, IconBook2, IconRoute, IconTruckDelivery, IconWaveSine } from '@tabler/icons-react'
import { Link, type LinkProps, linkOptions } from '@tanstack/react-router'
import { useLanguage } from '../../app/language.ts'
import { type Permission, useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useFlowNames } from '../../flows/names.ts'
import { templateName } from '../../notifications/template-name.ts'
import { type Tone, ToneMark } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { channelWords } from '../../webhooks/deliveries/words.ts'
import { consumerWords, eventWords } from '../words.ts'
import classes from './node.module.css'
import { eventTexts } from './texts.ts'
import type { CausalNode, What } from './tree.ts'

const ICONS = {
  event: IconWaveSine,
  consumer: IconBook2,
  run: IconRoute,
  continued: IconRoute,
  notification: IconBell,
  delivery: IconTruckDelivery,
}

const TONES = {
  waiting: 'current',
  completed: 'good',
  failed: 'bad',
  cancelled: 'quiet',
  held: 'quiet',
  queued: 'current',
  sent: 'good',
  suppressed: 'quiet',
  pending: 'current',
  delivered: 'good',
} as const satisfies Record<string, Tone>
const isKnown = (status: string): status is keyof typeof TONES => status in TONES

const READERS = {
  passed: 'good',
  ahead: 'quiet',
  retrying: 'warm',
  waiting: 'warm',
  failed: 'bad',
  discarded: 'bad',
} as const satisfies Record<string, Tone>

const PERMISSIONS: Partial<Record<What['kind'], Permission>> = {
  run: 'flows:read',
  continued: 'flows:read',
  notification: 'notifications:read',
  delivery: 'deliveries:read',
}

function linkOf(what: What): LinkProps | null {
  if (what.kind === 'event')
    return linkOptions({ to: '/events/$id', params: { id: what.event.id }, search: { source: what.event.source } })
  if (what.kind === 'run')
    return linkOptions({
      to: '/flows/$flowId/runs',
      params: { flowId: what.run.flowId },
      search: { selected: what.run.id },
    })
  if (what.kind === 'continued')
    return linkOptions({
      to: '/flows/$flowId/runs',
      params: { flowId: what.run.flowId },
      search: { selected: what.run.runId },
    })
  if (what.kind === 'notification')
    return linkOptions({ to: '/notifications', search: { selected: what.notification.id } })
  if (what.kind === 'delivery')
    return linkOptions({ to: '/webhooks/deliveries', search: { selected: what.delivery.id } })
  return null
}

/** One thing of the tree: what it is, how it went, and the way into it. */
export function CausalCard({ node, here = false }: { node: CausalNode; here?: boolean }) {
  const t = useTexts(eventTexts)
  const language = useLanguage()
  const can = useCan()
  const flowName = useFlowNames()
  const { what, count } = node
  const Icon = ICONS[what.kind]
  const says = (status: string): Said => ({
    tone: isKnown(status) ? TONES[status] : 'quiet',
    words: isKnown(status) ? t(status) : status,
  })
  const { title, state, more } = ((): { title: string; state?: Said; more?: React.ReactNode } => {
    if (what.kind === 'event')
      return { title: eventWords(what.event.type, language) ?? what.event.type, more: <When at={what.event.time} /> }
    if (what.kind === 'consumer')
      return {
        title: consumerWords(what.consumer.name, language),
        state: { tone: READERS[what.consumer.state], words: t(`reader-${what.consumer.state}`) },
      }
    if (what.kind === 'run' || what.kind === 'continued')
      return {
        title: flowName(what.run.flowId) ?? t('run'),
        state: says(what.run.status),
        more: what.kind === 'run' ? t('version', { version: what.run.version }) : t('wentOn'),
      }
    if (what.kind === 'notification')
      return {
        title: what.notification.template ? templateName(what.notification.template, language) : t('notification'),
        state: says(what.notification.status),
        more:
          what.notification.channel &&
          t('by', { channel: channelWords(what.notification.channel, language).toLowerCase() }),
      }
    return { title: channelWords(what.delivery.channel, language), state: says(what.delivery.status) }
  })()
  const inside = (
    <>
      <Icon size={18} stroke={1.6} aria-hidden />
      <span className={classes.words}>
        <span className={classes.title}>
          <span className={classes.kind}>{t(what.kind)}: </span>
          {title}
          {count > 1 && <span className={classes.count}> ×{count}</span>}
        </span>
        <span className={classes.more}>
          {state && (
            <span className={classes.state} data-tone={state.tone}>
              <ToneMark tone={state.tone} size={10} /> {state.words}
            </span>
          )}
          {more}
        </span>
      </span>
    </>
  )
  const link = here || !can(PERMISSIONS[what.kind]) ? null : linkOf(what)
  return link === null ? (
    <div className={classes.card} data-kind={what.kind} data-here={here || undefined}>
      {inside}
    </div>
  ) : (
    <Link {...link} className={classes.card} data-kind={what.kind}>
      {inside}
    </Link>
  )
}

type Said = { tone: Tone; words: string }
