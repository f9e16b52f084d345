import { VisuallyHidden } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { EventName } from '../../events/explorer/name.tsx'
import { useReason } from '../../notifications/reason.tsx'
import { isOfRules } from '../../notifications/reasons.ts'
import { lengthWords } from '../../ui/durations.ts'
import { dayAndTime, span } from '../../ui/moments.ts'
import { TemplatePreview } from '../builder/fields/words-field.tsx'
import { KindIcon } from '../builder/kind-icon.tsx'
import { MessagePreview } from '../message-preview.tsx'
import { type FlowNode, type Graph, listOf, membersOf, nodeOf, textIn } from '../model/graph.ts'
import type { Moment, Said } from '../model/playing.ts'
import { channelWord, nameOf } from '../model/sentences.ts'
import { isBadNews, wayWords } from '../model/ways.ts'
import classes from './simulation.module.css'
import { simulateTexts } from './texts.ts'

/** What happened, moment by moment, on a line of time. */
export function Moments({
  moments,
  at,
  began,
  graph,
  failure,
  waiting,
  onChoose,
}: {
  moments: readonly Moment[]
  at: number
  began: number
  graph: Graph
  failure: string | null
  /** The run goes on: whoever has not left a step waits there. */
  waiting: boolean
  onChoose: (i: number, nodeId: string) => void
}) {
  const t = useTexts(simulateTexts)
  const language = useLanguage()
  const now = useRef<HTMLLIElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the moment that is shown moves with `at`
  useEffect(() => {
    now.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [at])
  return (
    <ol className={classes.moments} aria-label={t('timeLine')}>
      {moments.map((moment, i) => {
        const before = moments[i - 1]
        const after = moment.at - began
        const same = before !== undefined && before.at === moment.at
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: moments are known by their order
            key={i}
            ref={i === at ? now : null}
            className={classes.moment}
            data-now={i === at || undefined}
            data-later={i > at || undefined}
          >
            <div className={classes.time}>
              {same ? ' ' : after <= 0 ? t('atBegin') : t('after', { time: lengthWords(after, language) })}
              {!same && (
                <time className={classes.clock} dateTime={new Date(moment.at).toISOString()}>
                  {dayAndTime(moment.at, language)}
                </time>
              )}
            </div>
            {moment.kind === 'came' ? (
              <Came moment={moment} />
            ) : moment.kind === 'visit' ? (
              <Step
                moment={moment}
                graph={graph}
                failure={failure}
                waiting={waiting}
                onChoose={() => onChoose(i, moment.visit.nodeId)}
              />
            ) : (
              <>
                <ByTheRules said={moment.said} />
                {moment.said.channel === null ? (
                  <NotSent reason={moment.said.reason ?? ''} node={nodeOf(graph, moment.said.nodeId)} />
                ) : (
                  <MessagePreview
                    channel={moment.said.kind !== 'notify' ? 'chat' : (moment.said.channel ?? 'inbox')}
                    title={moment.said.title}
                    body={moment.said.body ?? moment.said.text}
                    html={moment.said.html}
                  />
                )}
              </>
            )}
          </li>
        )
      })}
    </ol>
  )
}

/** What the person does, or another system tells. */
function Came({ moment: { type, text } }: { moment: Extract<Moment, { kind: 'came' }> }) {
  const t = useTexts(simulateTexts)
  if (text !== null) {
    return (
      <div className={classes.reply}>
        <VisuallyHidden>{t('wrote')}</VisuallyHidden>
        {text.trim() === '' ? <em>{t('emptyReply')}</em> : <bdi>{text}</bdi>}
      </div>
    )
  }
  return (
    <div className={classes.came}>
      <EventName type={type} />
    </div>
  )
}

/** What quiet hours and caps made of it: how long it waited, and by which channels it may not go. */
function ByTheRules({ said: { at, held, skipped = [], channel } }: { said: Said }) {
  const t = useTexts(simulateTexts)
  const language = useLanguage()
  const reason = useReason()
  const [from, to] = held === undefined ? [] : span(Date.parse(held.since), Date.parse(at), language)
  // Where nothing goes at all, the last one is why.
  const passed = channel === null ? [] : skipped.filter((one) => isOfRules(one.reason))
  return (
    <>
      {held !== undefined && (
        <div className={classes.ruled}>
          {t('wouldWait', { from, to })} {held.reason !== null && reason(held.reason)}
        </div>
      )}
      {passed.map((one) => (
        <div key={one.channel} className={classes.ruled}>
          {t('notBy', { channel: channelWord(one.channel, language) })} {reason(one.reason)}
        </div>
      ))}
    </>
  )
}

/** Why nothing would go, and what it would have said by a channel that is not set up here. */
function NotSent({ reason, node }: { reason: string; node: FlowNode | undefined }) {
  const t = useTexts(simulateTexts)
  const language = useLanguage()
  const words = useReason()
  const [, channel] = /^(\w+) is not set up$/.exec(reason) ?? []
  const template = textIn(node?.data.template)
  const content = membersOf(node?.data.content)
  const channels = listOf(node?.data.channels).map(textIn)
  return (
    <div>
      <div className={classes.not}>
        {channel === undefined
          ? t('notSent', { why: words(reason) })
          : t('notSetUp', { channel: channelWord(channel, language) })}
      </div>
      {channel !== undefined && (
        <div className={classes.wouldBe}>
          {template !== '' ? (
            <TemplatePreview template={template} channels={channels} />
          ) : (
            <MessagePreview channel={channels[0] ?? 'push'} title={textIn(content.title)} body={textIn(content.body)} />
          )}
        </div>
      )}
    </div>
  )
}

function Step({
  moment,
  graph,
  failure,
  waiting,
  onChoose,
}: {
  moment: Extract<Moment, { kind: 'visit' }>
  graph: Graph
  failure: string | null
  waiting: boolean
  onChoose: () => void
}) {
  const t = useTexts(simulateTexts)
  const language = useLanguage()
  const { visit, waitedMs } = moment
  const node = nodeOf(graph, visit.nodeId)
  const { way } = visit
  return (
    <button type="button" className={classes.step} onClick={onChoose}>
      <KindIcon type={visit.type} size={17} />
      <span>
        {node === undefined ? (visit.label ?? visit.nodeId) : nameOf(node, language)}
        {waitedMs > 0 && <small>{t('waited', { time: lengthWords(waitedMs, language) })}</small>}
        {waiting && visit.endedAt === null && <small>{t('waitsStill')}</small>}
        {way !== undefined && way !== 'out' && way !== '' && (
          <small data-bad={isBadNews(way) || undefined}>→ {wayWords(way)[language]}</small>
        )}
        {visit.error !== undefined && <small data-bad>{failure ?? visit.says?.[language] ?? visit.error}</small>}
      </span>
    </button>
  )
}
