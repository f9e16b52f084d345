import { ActionIcon, Button, Collapse, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { IconChevronDown, IconMessage, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useQueues } from '../../queues/query.ts'
import { useBuilder, useDraftState } from '../builder/context.tsx'
import { DurationInput } from '../builder/fields/duration-field.tsx'
import { EventInput } from '../builder/fields/event-field.tsx'
import { ObjectField } from '../json-field.tsx'
import { nodeOf } from '../model/graph.ts'
import { type Act, beginningOf, choosable, type Scenario } from '../model/scenario.ts'
import { nameOf } from '../model/sentences.ts'
import { wayWords } from '../model/ways.ts'
import { contactsQuery } from '../queries.ts'
import { simulateTexts } from './texts.ts'

const INVENTED = '\u0001invented'
const NO_QUEUE = '\u0001none'

/** A scenario for the flow that is drawn: whatever begins it, about a real person where there is one. */
export function useScenario(): [Scenario, (next: Scenario) => void] {
  const state = useDraftState()
  const language = useLanguage()
  const queues = useQueues()
  const [scenario, setScenario] = useState<Scenario>(() => ({
    person: { kind: 'invented', name: 'Ana', locale: language, queueId: null },
    event: beginningOf(state.history.present),
    data: {},
    acts: [],
    outcomes: {},
  }))
  const first = queues.find(({ continuity }) => continuity)?.id ?? queues[0]?.id
  useEffect(() => {
    // Most flows ask about a queue: one of the tenant's own, with its hours.
    if (first !== undefined)
      setScenario((now) => (now.person.queueId === null ? { ...now, person: { ...now.person, queueId: first } } : now))
  }, [first])
  return [scenario, setScenario]
}

/** Who it is about, what begins it, and what happens then. */
export function ScenarioForm({ scenario, onChange }: { scenario: Scenario; onChange: (next: Scenario) => void }) {
  const t = useTexts(simulateTexts)
  const { language } = useBuilder()
  const contacts = useQuery({ ...contactsQuery, retry: false })
  const queues = useQueues()
  const { person, acts } = scenario
  const known = (contacts.data ?? []).map(({ id, name }) => ({
    value: id,
    label: name === null ? id : `${name} · ${id}`,
  }))
  const replies = acts.filter(({ kind }) => kind === 'reply')
  const mode =
    acts.length === 0
      ? 'silent'
      : acts.length === 1 && replies.length === 1 && acts[0]?.after === 'PT2H'
        ? 'reply'
        : 'own'
  return (
    <Stack gap="sm">
      <Select
        label={t('person')}
        searchable
        allowDeselect={false}
        value={person.kind === 'known' ? person.contactId : INVENTED}
        data={[{ value: INVENTED, label: t('personInvented') }, ...known]}
        onChange={(id) => {
          if (id === null) return
          const { queueId } = person
          onChange({
            ...scenario,
            person:
              id === INVENTED
                ? { kind: 'invented', name: 'Ana', locale: language, queueId }
                : { kind: 'known', contactId: id, queueId },
          })
        }}
      />
      {person.kind === 'invented' && (
        <Group gap="xs" grow>
          <TextInput
            label={t('personName')}
            value={person.name}
            onChange={({ currentTarget }) =>
              onChange({ ...scenario, person: { ...person, name: currentTarget.value } })
            }
          />
          <Select
            label={t('personLocale')}
            allowDeselect={false}
            value={person.locale}
            data={['es', 'es-CL', 'en', 'pt'].map((value) => ({ value, label: value }))}
            onChange={(locale) => onChange({ ...scenario, person: { ...person, locale: locale ?? 'es' } })}
          />
        </Group>
      )}
      <Select
        label={t('queue')}
        allowDeselect={false}
        value={person.queueId ?? NO_QUEUE}
        data={[
          ...queues.map(({ id, name }) => ({ value: id, label: name ?? id })),
          { value: NO_QUEUE, label: t('queueNone') },
        ]}
        onChange={(id) => onChange({ ...scenario, person: { ...person, queueId: id === NO_QUEUE ? null : id } })}
      />
      <EventInput
        label={t('begins')}
        mood="when"
        readOnly={false}
        value={scenario.event}
        onChange={(event) => onChange({ ...scenario, event })}
      />
      <div>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('afterwards')}
          value={mode}
          data={[
            { value: 'silent', label: t('silent') },
            { value: 'reply', label: t('replies') },
            { value: 'own', label: t('script') },
          ]}
          onChange={(next) => {
            const reply: Act = { after: 'PT2H', kind: 'reply', text: t('replyText') }
            if (next === 'silent') onChange({ ...scenario, acts: [] })
            if (next === 'reply') onChange({ ...scenario, acts: [reply] })
            if (next === 'own') onChange({ ...scenario, acts: [...acts, { ...reply, after: 'P1D' }] })
          }}
        />
      </div>
      {mode !== 'silent' && <Acts acts={acts} onChange={(next) => onChange({ ...scenario, acts: next })} />}
      <More scenario={scenario} onChange={onChange} />
    </Stack>
  )
}

function Acts({ acts, onChange }: { acts: readonly Act[]; onChange: (acts: readonly Act[]) => void }) {
  const t = useTexts(simulateTexts)
  const put = (i: number, act: Act) => onChange(acts.map((one, j) => (i === j ? act : one)))
  return (
    <Stack gap="xs">
      {acts.map((act, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an act is known by its place
        <Stack key={i} gap={4} p={8} style={{ border: '1px solid var(--line)', borderRadius: 8 }}>
          <Group gap={4} align="flex-end" wrap="nowrap">
            <div style={{ flex: 1 }}>
              <DurationInput
                label={t('actAfter')}
                readOnly={false}
                value={act.after}
                onChange={(after) => put(i, { ...act, after: after ?? 'PT0S' })}
              />
            </div>
            <ActionIcon aria-label={t('actRemove')} mb={4} onClick={() => onChange(acts.filter((_one, j) => j !== i))}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          {act.kind === 'reply' ? (
            <TextInput
              label={t('actReply')}
              value={act.text}
              onChange={({ currentTarget }) => put(i, { ...act, text: currentTarget.value })}
            />
          ) : (
            <>
              <EventInput
                label={t('actEvent')}
                mood="when"
                readOnly={false}
                value={act.type}
                onChange={(type) => put(i, { ...act, type })}
              />
              <ObjectField
                label={t('data')}
                value={act.data}
                onChange={(data) => data !== null && put(i, { ...act, data })}
              />
            </>
          )}
        </Stack>
      ))}
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconMessage size={14} />}
          onClick={() => onChange([...acts, { after: 'P1D', kind: 'reply', text: t('replyText') }])}
        >
          {t('addReply')}
        </Button>
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => onChange([...acts, { after: 'P1D', kind: 'event', type: 'encounter.closed', data: {} }])}
        >
          {t('addEvent')}
        </Button>
      </Group>
    </Stack>
  )
}

/** What the event brings with it, and how calls come out. */
function More({ scenario, onChange }: { scenario: Scenario; onChange: (next: Scenario) => void }) {
  const t = useTexts(simulateTexts)
  const { language, names } = useBuilder()
  const state = useDraftState()
  const [unfolded, setUnfolded] = useState(false)
  const graph = state.history.present
  const steps = choosable(graph)
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={unfolded}
        rightSection={<IconChevronDown size={16} style={{ rotate: unfolded ? '180deg' : undefined }} />}
        onClick={() => setUnfolded(!unfolded)}
      >
        {t('more')}
      </Button>
      <Collapse expanded={unfolded}>
        <Stack gap="xs" mt="xs">
          <ObjectField
            label={t('data')}
            placeholder='{ "leadId": "ld-4" }'
            value={scenario.data}
            onChange={(data) => data !== null && onChange({ ...scenario, data })}
          />
          {steps.map(({ id, ways }) => {
            const node = nodeOf(graph, id)
            return (
              <Select
                key={id}
                label={node === undefined ? id : nameOf(node, language, names)}
                clearable
                placeholder={t('goesWell')}
                value={scenario.outcomes[id] ?? null}
                data={ways.map((way) => ({ value: way, label: wayWords(way)[language] }))}
                onChange={(way) => {
                  const { [id]: _was, ...rest } = scenario.outcomes
                  onChange({ ...scenario, outcomes: way === null ? rest : { ...rest, [id]: way } })
                }}
              />
            )
          })}
        </Stack>
      </Collapse>
    </div>
  )
}
