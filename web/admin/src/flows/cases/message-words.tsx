import { Text } from '@mantine/core'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { durationWords } from '../../ui/durations.ts'
import type { CameMessage } from '../model/cases/comparison.ts'
import { type Data, type Graph, nodeOf, textIn } from '../model/graph.ts'
import { channelWord, nameOf } from '../model/sentences.ts'
import classes from './message-words.module.css'
import { caseTexts } from './texts.ts'

const NONE: ReadonlySet<string> = new Set()

type Said = {
  node: string
  after: string
  channel: string
  template: string
  title: string
  text: string
  contains: string
}

export const wordsOfExpected = (message: Data): Said => ({
  node: textIn(message.node),
  after: textIn(message.after),
  channel: textIn(message.channel),
  template: textIn(message.template),
  title: textIn(message.title),
  text: textIn(message.text),
  contains: textIn(message.contains),
})
export const wordsOfCame = ({ nodeId, after, channel, template, title, text }: CameMessage): Said => ({
  ...{ node: nodeId, after, channel, template: template ?? '', title: title ?? '', text: text ?? '', contains: '' },
})

/** A message: of what step, by what channel and when, and what it says; only what is known of it. */
export function MessageWords({
  node,
  after,
  channel,
  template,
  title,
  text,
  contains,
  missed = NONE,
  graph,
}: Said & {
  /** What of it came otherwise. */
  missed?: ReadonlySet<string>
  graph: Graph
}) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const step = nodeOf(graph, node)
  const mark = (name: string) => (missed.has(name) || undefined) as true | undefined
  const when =
    after === ''
      ? null
      : /^P(?:T?0[A-Z])+$/.test(after)
        ? t('atBegin')
        : t('messageAfter', { time: durationWords({ iso: after, business: false }, language) })
  return (
    <div className={classes.words}>
      {node !== '' && <div data-missed={mark('node')}>{step === undefined ? node : nameOf(step, language)}</div>}
      {(channel !== '' || when !== null) && (
        <Text component="div" size="xs" c="dimmed">
          {channel !== '' && <span data-missed={mark('channel')}>{channelWord(channel, language)}</span>}
          {channel !== '' && when !== null && ' · '}
          {when !== null && <span data-missed={mark('after')}>{when}</span>}
        </Text>
      )}
      {template !== '' && (
        <div data-missed={mark('template')}>
          <code>{template}</code>
        </div>
      )}
      {title !== '' && <b data-missed={mark('title')}>{title}</b>}
      {text !== '' && <q data-missed={mark('text') ?? mark('contains')}>{text}</q>}
      {contains !== '' && (
        <div data-missed={mark('contains')}>
          {t('containing')} <q>{contains}</q>
        </div>
      )}
    </div>
  )
}
