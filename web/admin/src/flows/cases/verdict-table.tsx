import { Alert, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { ToneMark } from '../../ui/state-badge.tsx'
import { comparisonOf, type Verdict } from '../model/cases/comparison.ts'
import { type Data, type Graph, nodeOf } from '../model/graph.ts'
import { nameOf } from '../model/sentences.ts'
import { MessageWords, wordsOfCame, wordsOfExpected } from './message-words.tsx'
import { useMissWords } from './miss-words.ts'
import { caseTexts, isStatus } from './texts.ts'
import classes from './verdict-table.module.css'

/** What a case expects beside what came of it. What came otherwise stands out. */
export function VerdictTable({ expect, verdict, graph }: { expect: Data; verdict: Verdict; graph: Graph }) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const missWords = useMissWords((id) => nodeOf(graph, id))
  // Where it could not be played, or nothing began, there is nothing to compare.
  const others = verdict.misses.filter(({ path }) => !path.startsWith('/expect/'))
  const { status, outcome, steps, messages, values } = comparisonOf(expect, verdict)
  const step = (id: string) => {
    const node = nodeOf(graph, id)
    return node === undefined ? id : nameOf(node, language)
  }
  const state = (name: string) => (isStatus(name) ? t(`status_${name}`) : name)
  return (
    <Stack gap="sm">
      {others.length > 0 && (
        <Alert color="red">
          {others.map((miss) => (
            <div key={miss.path + miss.says.en}>{missWords(miss)}</div>
          ))}
        </Alert>
      )}
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className={classes.hidden}>{t('what')}</span>
            </th>
            <th scope="col">{t('expected')}</th>
            <th scope="col">{t('came')}</th>
          </tr>
        </thead>
        <tbody>
          <Row name={t('status')} missed={status.missed} came={state(status.came)}>
            {status.expected === null ? null : state(status.expected)}
          </Row>
          {(outcome.expected !== null || (outcome.came !== '' && outcome.came !== status.came)) && (
            <Row name={t('outcome')} missed={outcome.missed} came={outcome.came}>
              {outcome.expected}
            </Row>
          )}
          {values.map(({ name, expected, came }) => (
            <Row key={name} name={t('variable', { name })} missed came={came === null ? null : JSON.stringify(came)}>
              {JSON.stringify(expected)}
            </Row>
          ))}
        </tbody>
        <tbody>
          {steps.pairs.map(({ expected, came }, i) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
              key={i}
              name={t('stepN', { n: i + 1 })}
              missed={steps.expected && expected !== came}
              came={came === null ? (steps.expected ? t('nothing') : null) : step(came)}
            >
              {expected === null ? (steps.expected ? t('nothing') : null) : step(expected)}
            </Row>
          ))}
        </tbody>
        <tbody>
          {messages.pairs.map(({ expected, came, missed }, i) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
              key={i}
              name={t('messageN', { n: i + 1 })}
              missed={messages.expected && (missed.size > 0 || expected === null || came === null)}
              came={
                came === null ? t('notSaid') : <MessageWords {...wordsOfCame(came)} missed={missed} graph={graph} />
              }
            >
              {expected !== null ? (
                <MessageWords {...wordsOfExpected(expected)} missed={missed} graph={graph} />
              ) : messages.expected ? (
                t('nothing')
              ) : null}
            </Row>
          ))}
          {messages.pairs.length === 0 && (
            <Row name={t('messages')} missed={false} came={t('noMessages')}>
              {messages.expected ? t('noMessages') : null}
            </Row>
          )}
        </tbody>
      </table>
    </Stack>
  )
}

/** A line: its children are what was expected, null where nothing was. */
function Row({
  name,
  missed,
  came,
  children,
}: {
  name: string
  missed: boolean
  came: ReactNode
  children: ReactNode
}) {
  const t = useTexts(caseTexts)
  return (
    <tr data-missed={missed || undefined}>
      <th scope="row">
        {missed && (
          <>
            <ToneMark tone="bad" size={11} />
            <span className={classes.hidden}>{t('red')}: </span>
          </>
        )}
        {name}
      </th>
      <td>{children ?? <span className={classes.any}>{t('wantAny')}</span>}</td>
      <td>{came ?? <span className={classes.any}>—</span>}</td>
    </tr>
  )
}
