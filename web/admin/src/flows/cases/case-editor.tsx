import { Alert, Button, Group, JsonInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { body as answerOf, api, type Schema } from '../../api/client.ts'
import { everything } from '../../api/pages.ts'
import { useTexts } from '../../app/texts.ts'
import { NARROW } from '../../app/theme.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { objectIn } from '../../ui/json-text.ts'
import { MONO } from '../../ui/mono.ts'
import { useLeaving } from '../../ui/unsaved.tsx'
import type { CaseBody } from '../model/cases/case.ts'
import { expectationOf } from '../model/cases/comparison.ts'
import { type Graph, membersOf } from '../model/graph.ts'
import { useFlowSentence } from '../sentence.ts'
import { flowTexts } from '../texts.ts'
import { CaseForm } from './case-form.tsx'
import { caseTexts } from './texts.ts'
import { VerdictTable } from './verdict-table.tsx'

export type Case = Schema<'FlowCase'>

/** A case without what is known of its keeping. */
export const bodyOf = ({ name: _name, updatedAt: _at, updatedBy: _by, ...rest }: Case): CaseBody => rest as CaseBody

/**
 * A case, written as a form, or as the JSON that is kept. It can be played before it is kept, and what came taken as what is
 * expected.
 */
export function CaseEditor({
  flowId,
  graph,
  name: named,
  suggestion = '',
  start,
  tried = false,
  onSaved,
  onClose,
}: {
  flowId: string
  graph: Graph
  /** Of the case that is changed; empty: a new one. */
  name: string
  /** What a new one could be called. */
  suggestion?: string
  start: CaseBody
  /** Played at once: what came of it elsewhere should come of it here too. */
  tried?: boolean
  onSaved: (name: string) => void
  onClose: () => void
}) {
  const t = useTexts(caseTexts)
  const words = useTexts(flowTexts)
  const sentence = useFlowSentence()
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const [name, setName] = useState(named || suggestion)
  const [body, setBody] = useState(start)
  const [view, setView] = useState<'form' | 'json'>('form')
  const [text, setText] = useState('')
  const made = view === 'json' ? (objectIn(text) as CaseBody | null) : body
  const known = useQuery({
    queryKey: ['flows', 'one', flowId, 'cases', 'names'],
    queryFn: ({ signal }) =>
      everything((cursor) =>
        answerOf(
          api.GET('/api/v1/flows/{id}/cases', {
            params: { path: { id: flowId }, query: { limit: 100, cursor } },
            signal,
          }),
        ),
      ),
  })
  const given = name.trim()
  const isTaken = given !== named && (known.data ?? []).some((one) => one.name === given)
  const path = (of: string) => ({ params: { path: { id: flowId, name: of } } })
  const save = useAct({
    act: async () => {
      await api.PUT('/api/v1/flows/{id}/cases/{name}', { ...path(given), body: made as never })
      // Under its new name it is there: the old one can go.
      if (named !== '' && named !== given) await api.DELETE('/api/v1/flows/{id}/cases/{name}', path(named))
    },
    done: t('saved'),
    refresh: [['flows', 'one', flowId, 'cases']],
    quiet: true,
    after: () => onSaved(given),
  })
  const play = useMutation({
    mutationFn: async (asked: CaseBody) => {
      const { results } = await answerOf(
        api.POST('/api/v1/flows/{id}/cases/run', {
          params: { path: { id: flowId } },
          body: { case: { ...asked, name: given || t('new') } as never },
        }),
      )
      return { asked, verdict: results[0] }
    },
  })
  const { mutate } = play
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    if (tried) mutate(start)
  }, [])
  const change = (next: CaseBody) => {
    setBody(next)
    // A verdict is of what was played.
    if (play.data !== undefined) play.reset()
  }
  const verdict = play.data?.verdict
  const written = JSON.stringify([name, view === 'json' ? (made ?? text) : body])
  const [begun] = useState(written)
  const [leave, question] = useLeaving(() => written !== begun, onClose)
  return (
    <>
      <Dialogue
        opened
        onClose={leave}
        title={named === '' ? t('new') : t('edit')}
        size={760}
        fullScreen={narrow === true}
        closeOnClickOutside={false}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('name')}
            placeholder={t('namePlaceholder')}
            maxLength={200}
            value={name}
            error={isTaken ? t('nameTaken') : undefined}
            onChange={({ currentTarget }) => setName(currentTarget.value.replaceAll('/', '-'))}
          />
          <SegmentedControl
            size="xs"
            w="fit-content"
            aria-label={t('view')}
            value={view}
            data={[
              { value: 'form', label: t('viewForm') },
              { value: 'json', label: 'JSON' },
            ]}
            onChange={(next) => {
              if (next === 'json') setText(JSON.stringify(body, null, 2))
              // What is no JSON yet stays where it is written.
              else if (made === null) return
              else change(made)
              setView(next as 'form' | 'json')
            }}
          />
          {view === 'form' ? (
            <CaseForm body={body} graph={graph} onChange={change} />
          ) : (
            <JsonInput
              label={t('definition')}
              description={t('definitionAbout')}
              autosize
              minRows={10}
              maxRows={26}
              styles={MONO}
              value={text}
              error={made === null ? words('notObject') : undefined}
              onChange={(next) => {
                setText(next)
                if (play.data !== undefined) play.reset()
              }}
            />
          )}
          {verdict !== undefined && play.data !== undefined && (
            <Stack gap="xs">
              <Alert color={verdict.passed ? 'green' : 'red'} role="status">
                <Group justify="space-between">
                  <span>{t(verdict.passed ? 'triedWell' : 'triedOtherwise')}</span>
                  {!verdict.passed && verdict.status !== 'not started' && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => {
                        const next = { ...play.data.asked, expect: expectationOf(verdict) }
                        change(next)
                        setText(JSON.stringify(next, null, 2))
                        mutate(next)
                      }}
                    >
                      {t('takeWhatCame')}
                    </Button>
                  )}
                </Group>
              </Alert>
              <VerdictTable expect={membersOf(play.data.asked.expect)} verdict={verdict} graph={graph} />
            </Stack>
          )}
          {play.isError && <Alert color="red">{sentence(play.error)}</Alert>}
          {save.isError && <Alert color="red">{sentence(save.error)}</Alert>}
          <Group justify="space-between">
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={16} />}
              disabled={made === null}
              loading={play.isPending}
              onClick={() => made !== null && mutate(made)}
            >
              {t('try')}
            </Button>
            <Group gap="xs">
              <Button variant="default" onClick={leave}>
                {words('cancel')}
              </Button>
              <Button
                disabled={made === null || given === '' || isTaken}
                loading={save.isPending}
                onClick={() => save.mutate()}
              >
                {t('save')}
              </Button>
            </Group>
          </Group>
          {given === '' && (
            <Text size="sm" c="dimmed" ta="right">
              {t('needName')}
            </Text>
          )}
        </Stack>
      </Dialogue>
      {question}
    </>
  )
}
