import { Stack } from '@mantine/core'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { Facts } from '../../ui/facts.tsx'
import { type Data, type Graph, listOf, membersOf, nodeOf, textIn } from '../model/graph.ts'
import { nameOf } from '../model/sentences.ts'
import { MessageWords, wordsOfExpected } from './message-words.tsx'
import { caseTexts, isStatus } from './texts.ts'

/** What a case expects, told. What it says nothing of is left out. */
export function ExpectedStory({ expect, graph }: { expect: Data; graph: Graph }) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const status = textIn(expect.status)
  const outcome = textIn(expect.outcome)
  const messages = listOf(expect.messages).map(membersOf)
  const name = (id: string) => {
    const node = nodeOf(graph, id)
    return node === undefined ? id : nameOf(node, language)
  }
  return (
    <Facts
      facts={[
        [t('status'), status === '' ? undefined : isStatus(status) ? t(`status_${status}`) : status],
        [t('outcome'), outcome === '' ? undefined : outcome],
        [
          t('steps'),
          expect.steps === undefined ? undefined : (
            <ol key="steps" style={{ margin: 0, paddingLeft: 20 }}>
              {listOf(expect.steps).map((id, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
                <li key={i}>{name(textIn(id))}</li>
              ))}
            </ol>
          ),
        ],
        [
          t('messages'),
          expect.messages === undefined ? undefined : messages.length === 0 ? (
            t('noMessages')
          ) : (
            <Stack key="messages" gap="xs">
              {messages.map((message, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a message is known by its place
                <MessageWords key={i} {...wordsOfExpected(message)} graph={graph} />
              ))}
            </Stack>
          ),
        ],
        ...Object.entries(membersOf(expect.vars)).map(
          ([variable, value]) => [t('variable', { name: variable }), JSON.stringify(value)] as const,
        ),
      ]}
    />
  )
}
