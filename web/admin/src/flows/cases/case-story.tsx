import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { durationWords } from '../../ui/durations.ts'
import { Facts } from '../../ui/facts.tsx'
import { localeName } from '../../ui/locale-name.ts'
import { When } from '../../ui/when.tsx'
import { actsOf, type CaseBody, firstWays } from '../model/cases/case.ts'
import { partsOf } from '../model/cases/event.ts'
import { whenWords } from '../model/event-words.ts'
import { type Data, type Graph, membersOf, nodeOf, textIn } from '../model/graph.ts'
import { nameOf } from '../model/sentences.ts'
import { wayWords } from '../model/ways.ts'
import classes from './case-story.module.css'
import { caseTexts } from './texts.ts'

const STATUS = { open: 'conversationOpen', warned: 'conversationWarned', closed: 'conversationClosed' } as const

/** What a case begins with, told: the event, whom it is about, and what happens then. */
export function CaseStory({ body, graph }: { body: CaseBody; graph: Graph }) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const parts = partsOf(membersOf(body.event))
  const { name, locale } = membersOf(body.contact)
  const status = textIn(membersOf(body.encounter).status)
  const ways = Object.entries(firstWays(body))
  const cap = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  const person = [textIn(name), textIn(locale) === '' ? '' : localeName(textIn(locale), language)].filter(Boolean)
  return (
    <Facts
      facts={[
        [
          t('begins'),
          <Told key="event" words={cap(whenWords(parts?.type ?? '…', language))} data={parts?.data ?? {}}>
            {parts !== null && parts.time !== null && (
              <Text component="div" size="xs" c="dimmed">
                <When at={parts.time} />
              </Text>
            )}
          </Told>,
        ],
        [t('person'), body.contact === undefined ? undefined : person.join(', ') || '—'],
        [
          t('conversation'),
          body.encounter === undefined
            ? undefined
            : Object.hasOwn(STATUS, status)
              ? t(STATUS[status as 'open'])
              : status,
        ],
        [
          t('queue'),
          body.queue === undefined ? undefined : t(membersOf(body.queue).continuity === true ? 'queueYes' : 'queueNo'),
        ],
        [
          t('partLater'),
          body.later === undefined ? (
            t('silence')
          ) : (
            <ol key="later" className={classes.acts}>
              {actsOf(body).map((act, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an act is known by its place
                <li key={i}>
                  <Text component="div" size="xs" c="dimmed">
                    {t('messageAfter', { time: durationWords({ iso: act.after, business: false }, language) })}
                  </Text>
                  {act.kind === 'reply' ? (
                    <div className={classes.reply}>{act.text}</div>
                  ) : (
                    <Told words={cap(whenWords(act.type, language))} data={act.data} />
                  )}
                </li>
              ))}
            </ol>
          ),
        ],
        ...ways.map(([id, way]): [string, ReactNode] => {
          const node = nodeOf(graph, id)
          return [node === undefined ? id : nameOf(node, language), wayWords(way)[language]]
        }),
      ]}
    />
  )
}

/** An event in words, with what it says. */
function Told({ words, data, children }: { words: string; data: Data; children?: ReactNode }) {
  const entries = Object.entries(data)
  return (
    <div>
      <div>{words}</div>
      {children}
      {entries.length > 0 && (
        <dl className={classes.data}>
          {entries.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
