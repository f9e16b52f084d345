import { Alert, Button, Group, JsonInput, Modal, Stack, Text, TextInput } from '@mantine/core'
import { IconChecklist, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { durationWords } from '../../ui/durations.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Json } from '../../ui/json.tsx'
import { objectIn } from '../../ui/json-text.ts'
import { MONO } from '../../ui/mono.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { FlowHead } from '../flow-head.tsx'
import { MessagePreview } from '../message-preview.tsx'
import { flowTexts } from '../texts.ts'
import { caseTexts } from './texts.ts'

type Case = Schema<'FlowCase'>
type Verdict = Schema<'CaseVerdict'>

const EXAMPLE = {
  event: { type: 'encounter', subtype: 'tmipw_expired', encounter_id: 'e1', patient_id: 'ana', queue_id: 'coach' },
  contact: { name: 'Ana', locale: 'es' },
  encounter: { status: 'warned' },
  queue: { continuity: true },
  later: [{ after: 'PT2H', reply: 'Hola, aquí sigo' }],
  expect: { status: 'completed' },
}

/** The cases of a flow: played to the draft, each with what it expects and what came. */
export function CasesPage() {
  const t = useTexts(caseTexts)
  const can = useCan()
  const sentence = useSentence()
  const { flowId } = useParams({ from: '/shell/flows/$flowId/cases' })
  const { selected } = useSearch({ from: '/shell/flows/$flowId/cases' })
  const [editing, setEditing] = useState<Case | 'new' | null>(null)
  const cases = usePages<Case>(['flows', 'one', flowId, 'cases'], (cursor, signal) =>
    body(
      api.GET('/api/v1/flows/{id}/cases', { params: { path: { id: flowId }, query: { limit: 100, cursor } }, signal }),
    ),
  )
  const play = useMutation({
    mutationFn: () => body(api.POST('/api/v1/flows/{id}/cases/run', { params: { path: { id: flowId } }, body: {} })),
  })
  const verdicts = new Map(play.data?.results.map((verdict) => [verdict.name, verdict]))
  const columns: Column<Case>[] = [
    { key: 'name', title: t('name'), render: ({ name }) => name },
    {
      key: 'verdict',
      title: t('status'),
      width: '200px',
      render: ({ name }) => <Passed verdict={verdicts.get(name)} />,
    },
    {
      key: 'updated',
      title: t('updated'),
      width: '150px',
      wideOnly: true,
      render: (one) => <When at={one.updatedAt} />,
    },
  ]
  const open = cases.data?.pages.flatMap(({ items }) => items).find(({ name }) => name === selected)
  const add = can('flows:write') && (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      {t('new')}
    </Button>
  )
  return (
    <>
      <FlowHead
        flowId={flowId}
        about={t('about')}
        actions={
          <>
            {add}
            <Button leftSection={<IconPlayerPlay size={16} />} loading={play.isPending} onClick={() => play.mutate()}>
              {t('play')}
            </Button>
          </>
        }
      />
      {play.isError && <Alert color="red">{sentence(play.error)}</Alert>}
      {play.data !== undefined && play.data.results.length > 0 && (
        <Alert color={play.data.failed > 0 ? 'red' : 'green'} mb="md" role="status">
          {t('played', { passed: play.data.passed, failed: play.data.failed })}
        </Alert>
      )}
      <WithDetail
        detail={
          open !== undefined && {
            title: open.name,
            acts: can('flows:write') && (
              <>
                <Button size="xs" variant="default" onClick={() => setEditing(open)}>
                  {t('edit')}
                </Button>
                <Remove flowId={flowId} name={open.name} />
              </>
            ),
            content: <Detail one={open} verdict={verdicts.get(open.name)} />,
          }
        }
      >
        <DataTable
          label={t('cases')}
          pages={cases}
          columns={columns}
          rowId={({ name }) => name}
          selected={selected}
          link={({ name }) => ({
            to: '/flows/$flowId/cases',
            params: { flowId },
            search: (before) => ({ ...before, selected: name }),
          })}
          empty={
            <EmptyState icon={IconChecklist} title={t('none')} action={add}>
              {t('noneAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
      {editing !== null && (
        <Editor flowId={flowId} one={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  )
}

function Passed({ verdict }: { verdict: Verdict | undefined }) {
  const t = useTexts(caseTexts)
  if (verdict === undefined) return <StateBadge tone="quiet">{t('notPlayed')}</StateBadge>
  return verdict.passed ? (
    <StateBadge tone="good">{t('passed')}</StateBadge>
  ) : (
    <StateBadge tone="bad">{t('red')}</StateBadge>
  )
}

const bodyOf = ({ name: _name, updatedAt: _at, updatedBy: _by, ...rest }: Case) => rest

function Detail({ one, verdict }: { one: Case; verdict: Verdict | undefined }) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const { expect, ...given } = bodyOf(one)
  return (
    <Stack>
      <Group>
        <Passed verdict={verdict} />
      </Group>
      {one.description !== undefined && <Text>{one.description}</Text>}
      {verdict !== undefined && !verdict.passed && (
        <Alert color="red">
          {verdict.misses.map(({ path, says }) => (
            <div key={path + says.en}>{says[language]}</div>
          ))}
        </Alert>
      )}
      {verdict !== undefined && (
        <section>
          <Text fw={600} mb={4}>
            {t('happened')}
          </Text>
          <Facts
            facts={[
              [t('status'), verdict.status],
              [t('outcome'), verdict.outcome],
              [t('steps'), verdict.steps.join(' → ')],
              [t('messages'), verdict.messages.length === 0 ? t('noMessages') : undefined],
            ]}
          />
          <Stack gap="xs" mt="xs">
            {verdict.messages.map((message, i) => (
              <MessagePreview
                // biome-ignore lint/suspicious/noArrayIndexKey: two messages may be alike
                key={i}
                channel={message.channel}
                title={message.title}
                body={message.text ?? message.template}
                from={t('messageAfter', { time: durationWords({ iso: message.after, business: false }, language) })}
              />
            ))}
          </Stack>
        </section>
      )}
      <section>
        <Text fw={600} mb={4}>
          {t('expected')}
        </Text>
        <Json value={expect} />
      </section>
      <Json value={given} open={1} />
    </Stack>
  )
}

function Remove({ flowId, name }: { flowId: string; name: string }) {
  const t = useTexts(caseTexts)
  return (
    <ConfirmAct
      label={t('remove')}
      button={{ size: 'xs' }}
      title={t('remove')}
      consequence={t('removeAbout', { name })}
      confirm={t('remove')}
      danger
      act={() => api.DELETE('/api/v1/flows/{id}/cases/{name}', { params: { path: { id: flowId, name } } })}
      done={t('removed')}
      refresh={[['flows', 'one', flowId, 'cases']]}
    />
  )
}

function Editor({ flowId, one, onClose }: { flowId: string; one: Case | null; onClose: () => void }) {
  const t = useTexts(caseTexts)
  const words = useTexts(flowTexts)
  const sentence = useSentence()
  const navigate = useNavigate({ from: '/flows/$flowId/cases' })
  const [name, setName] = useState(one?.name ?? '')
  const [text, setText] = useState(() => JSON.stringify(one === null ? EXAMPLE : bodyOf(one), null, 2))
  const made = objectIn(text)
  const save = useAct({
    act: () =>
      body(
        api.PUT('/api/v1/flows/{id}/cases/{name}', {
          params: { path: { id: flowId, name: name.trim() } },
          body: made as never,
        }),
      ),
    done: t('saved'),
    refresh: [['flows', 'one', flowId, 'cases']],
    quiet: true,
    after: () => {
      onClose()
      void navigate({ search: { selected: name.trim() } })
    },
  })
  return (
    <Modal opened onClose={onClose} title={one === null ? t('new') : one.name} size="lg">
      <Stack>
        <TextInput
          label={t('name')}
          placeholder={t('namePlaceholder')}
          maxLength={200}
          readOnly={one !== null}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value.replaceAll('/', '-'))}
        />
        <JsonInput
          label={t('definition')}
          description={t('definitionAbout')}
          autosize
          minRows={10}
          maxRows={26}
          styles={MONO}
          value={text}
          error={made === null ? words('notObject') : undefined}
          onChange={setText}
        />
        {save.isError && <Alert color="red">{sentence(save.error)}</Alert>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {words('cancel')}
          </Button>
          <Button disabled={made === null || name.trim() === ''} loading={save.isPending} onClick={() => save.mutate()}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
