import { Button, Collapse, Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { PersonSelect } from '../../people/person-select.tsx'
import { useQueues } from '../../queues/query.ts'
import { localeName, USUAL_LOCALES } from '../../ui/locale-name.ts'
import { MomentInput } from '../../ui/moment-input.tsx'
import { zonesWith } from '../../ui/zones.ts'
import { ActsInput } from '../acts.tsx'
import { useBuilder, useDraftState } from '../builder/context.tsx'
import { EventInput } from '../builder/fields/event-field.tsx'
import { FieldsInput } from '../fields-input.tsx'
import { eventLike } from '../model/cases/event.ts'
import { type Data, nodeOf } from '../model/graph.ts'
import { type Act, beginningOf, choosable, type Scenario } from '../model/scenario.ts'
import { nameOf } from '../model/sentences.ts'
import { wayWords } from '../model/ways.ts'
import { flowTexts } from '../texts.ts'
import { useExamples } from '../use-examples.ts'
import { simulateTexts } from './texts.ts'

const NO_QUEUE = '\u0001none'

/** What was made up last for each flow, while the admin is open: to close the simulation loses nothing. */
const lastOf = new Map<string, { scenario: Scenario; beginning: string }>()

/** What was made up last; what begins the flow follows the drawing, where nobody chose anything else. */
function lastScenario(flowId: string, beginning: string): Scenario | null {
  const last = lastOf.get(flowId)
  if (last === undefined) return null
  const { scenario } = last
  const isChosen = scenario.event !== last.beginning || last.beginning === beginning
  return isChosen ? scenario : { ...scenario, event: beginning, data: {} }
}

/** A scenario for the flow that is drawn: whatever begins it, about a real person where there is one. */
export function useScenario(): [Scenario, (next: Scenario) => void] {
  const state = useDraftState()
  const language = useLanguage()
  const queues = useQueues()
  const { flowId } = useBuilder()
  const beginning = beginningOf(state.history.present)
  const [scenario, setScenario] = useState<Scenario>(
    () =>
      lastScenario(flowId, beginning) ?? {
        person: { kind: 'invented', name: 'Ana', locale: language, timeZone: null, queueId: null },
        event: beginning,
        startAt: null,
        data: {},
        acts: [],
        outcomes: {},
      },
  )
  const isNew = useRef(!lastOf.has(flowId))
  useEffect(() => void lastOf.set(flowId, { scenario, beginning }), [flowId, scenario, beginning])
  const first = queues.find(({ continuity }) => continuity)?.id ?? queues[0]?.id
  useEffect(() => {
    // Most flows ask about a queue: one of the tenant's own, with its hours.
    if (first !== undefined && isNew.current)
      setScenario((now) => (now.person.queueId === null ? { ...now, person: { ...now.person, queueId: first } } : now))
  }, [first])
  const exampleOf = useExamples()
  // What other systems tell needs its data: the key of the flow is in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, of what begins the flow when it is opened
  useEffect(() => {
    const { event } = scenario
    if (event.startsWith('encounter.')) return
    void exampleOf(event).then((example) =>
      setScenario((now) =>
        now.event === event && Object.keys(now.data).length === 0 ? { ...now, data: dataLike(event, example) } : now,
      ),
    )
  }, [])
  return [scenario, setScenario]
}

/** Whom an event is about the scenario says itself. */
function dataLike(type: string, example: unknown): Data {
  const {
    encounter_id: _e,
    patient_id: _p,
    queue_id: _q,
    contactId: _c,
    queueId: _i,
    ...data
  } = eventLike(type, example).data
  return data
}

/** Who it is about, what begins it, and what happens then. */
export function ScenarioForm({ scenario, onChange }: { scenario: Scenario; onChange: (next: Scenario) => void }) {
  const t = useTexts(simulateTexts)
  const words = useTexts(flowTexts)
  const { language } = useBuilder()
  const exampleOf = useExamples()
  const queues = useQueues()
  const { person, acts } = scenario
  const replies = acts.filter(({ kind }) => kind === 'reply')
  const mode =
    acts.length === 0
      ? 'silent'
      : acts.length === 1 && replies.length === 1 && acts[0]?.after === 'PT2H'
        ? 'reply'
        : 'own'
  return (
    <Stack gap="sm">
      <PersonSelect
        label={t('person')}
        nobody={t('personInvented')}
        value={person.kind === 'known' ? person.contactId : undefined}
        onChange={(id) => {
          const { queueId } = person
          onChange({
            ...scenario,
            person:
              id === undefined
                ? { kind: 'invented', name: 'Ana', locale: language, timeZone: null, queueId }
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
            value={person.locale}
            data={USUAL_LOCALES.map((value) => ({ value, label: localeName(value, language) }))}
            onChange={(locale) => onChange({ ...scenario, person: { ...person, locale: locale ?? 'es' } })}
          />
        </Group>
      )}
      <Select
        label={t('queue')}
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
        onChange={async (event) => {
          if (event !== scenario.event) onChange({ ...scenario, event, data: dataLike(event, await exampleOf(event)) })
        }}
      />
      <MomentInput
        label={t('startsAt')}
        value={scenario.startAt}
        onChange={(startAt) => onChange({ ...scenario, startAt })}
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
            const reply: Act = { after: 'PT2H', kind: 'reply', text: words('replyText') }
            if (next === 'silent') onChange({ ...scenario, acts: [] })
            if (next === 'reply') onChange({ ...scenario, acts: [reply] })
            if (next === 'own') onChange({ ...scenario, acts: [...acts, { ...reply, after: 'P1D' }] })
          }}
        />
      </div>
      {mode !== 'silent' && (
        <ActsInput acts={acts} dataLike={dataLike} onChange={(next) => onChange({ ...scenario, acts: next })} />
      )}
      <More scenario={scenario} onChange={onChange} />
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
  const { person } = scenario
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
          {person.kind === 'invented' && (
            <Select
              label={t('personZone')}
              searchable
              clearable
              limit={60}
              placeholder={t('zoneUsual')}
              data={zonesWith(person.timeZone ?? '')}
              value={person.timeZone}
              onChange={(timeZone) => onChange({ ...scenario, person: { ...person, timeZone } })}
            />
          )}
          <FieldsInput label={t('data')} value={scenario.data} onChange={(data) => onChange({ ...scenario, data })} />
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
