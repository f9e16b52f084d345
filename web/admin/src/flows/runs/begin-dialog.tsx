import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { useLeaving } from '../../ui/unsaved.tsx'
import { FieldsInput } from '../fields-input.tsx'
import type { Data } from '../model/graph.ts'
import { runTexts } from './texts.ts'

const LOOKS = 20
const BETWEEN_MS = 250

/** A run that was asked for is there a moment later; where the flow lets them in by turns, much later. */
async function isThere(id: string): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
    // Whatever hinders the look: it was asked for, and nobody shall ask for it twice.
    if (await api.GET('/api/v1/runs/{id}', { params: { path: { id } } }).then(Boolean, () => false)) return true
  }
  return false
}

/** Begins a run by hand. */
export function BeginDialog({ flowId, onClose }: { flowId: string; onClose: () => void }) {
  const t = useTexts(runTexts)
  const sentence = useSentence()
  const navigate = useNavigate()
  const [subject, setSubject] = useState('')
  const [input, setInput] = useState<{ value: Data; isWhole: boolean }>({ value: {}, isWhole: true })
  const begin = useAct({
    act: async () => {
      const { id } = await body(
        api.POST('/api/v1/flows/{id}/runs', {
          params: { path: { id: flowId } },
          body: { input: input.value, ...(subject.trim() === '' ? {} : { subject: subject.trim() }) },
        }),
      )
      return { id, begun: await isThere(id) }
    },
    done: ({ begun }) => t(begun ? 'begun' : 'asked'),
    refresh: [['flows', 'runs', flowId]],
    quiet: true,
    after: ({ id, begun }) => {
      onClose()
      void navigate({ to: '/flows/$flowId/runs', params: { flowId }, search: begun ? { selected: id } : {} })
    },
  })
  const [leave, question] = useLeaving(
    () => subject.trim() !== '' || !input.isWhole || Object.keys(input.value).length > 0,
    onClose,
  )
  return (
    <>
      <Dialogue opened onClose={leave} title={t('begin')} closeOnClickOutside={false}>
        <Stack>
          <Text c="dimmed">{t('beginAbout')}</Text>
          <TextInput
            data-autofocus
            label={t('beginSubject')}
            maxLength={255}
            value={subject}
            onChange={({ currentTarget }) => setSubject(currentTarget.value)}
          />
          <FieldsInput
            label={t('beginInput')}
            value={input.value}
            onChange={(value, isWhole) => setInput({ value, isWhole })}
          />
          {begin.isError && <Alert color="red">{sentence(begin.error)}</Alert>}
          <Group justify="flex-end">
            <Button loading={begin.isPending} disabled={!input.isWhole} onClick={() => begin.mutate()}>
              {t('begin')}
            </Button>
          </Group>
        </Stack>
      </Dialogue>
      {question}
    </>
  )
}
