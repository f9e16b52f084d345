import { ActionIcon, Autocomplete, Button, Select, Stack, Switch, Textarea } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { templatesQuery } from '../../notifications/query.ts'
import { DurationInput } from '../builder/fields/duration-field.tsx'
import { withMember } from '../model/cases/case.ts'
import { type Data, type Graph, listOf, membersOf, nodeOf, textIn } from '../model/graph.ts'
import { channelWord, nameOf } from '../model/sentences.ts'
import classes from './expected-fields.module.css'
import { caseTexts, STATUSES } from './texts.ts'

type Props = { readonly expect: Data; readonly graph: Graph; readonly onChange: (expect: Data) => void }

/** What should come of it. What is not said is not looked at. */
export function ExpectedFields({ expect, graph, onChange }: Props) {
  const t = useTexts(caseTexts)
  const put = (name: string, value: Data[string] | undefined) => onChange(withMember(expect, name, value))
  const outcomes = graph.nodes.flatMap(({ type, data }) => (type === 'end' ? [textIn(data.outcome)] : []))
  return (
    <Stack gap="sm">
      <Select
        label={t('wantStatus')}
        placeholder={t('wantAny')}
        clearable
        value={textIn(expect.status) || null}
        data={STATUSES.map((value) => ({ value, label: t(`status_${value}`) }))}
        onChange={(next) => put('status', next ?? undefined)}
      />
      <Autocomplete
        label={t('wantOutcome')}
        placeholder={t('wantAny')}
        value={textIn(expect.outcome)}
        data={[...new Set(outcomes.filter((outcome) => outcome !== ''))]}
        filter={({ options }) => options}
        onChange={(next) => put('outcome', next === '' ? undefined : next)}
      />
      <Steps expect={expect} graph={graph} onChange={onChange} />
      <Messages expect={expect} graph={graph} onChange={onChange} />
    </Stack>
  )
}

/** The steps of a flow by what people call them. */
export function useStepChoices(graph: Graph): { value: string; label: string }[] {
  const language = useLanguage()
  return graph.nodes.map((node) => ({ value: node.id, label: nameOf(node, language) }))
}

/** A step that the flow has no more still has its id. */
const withGone = (choices: { value: string; label: string }[], id: string) =>
  id === '' || choices.some(({ value }) => value === id) ? choices : [...choices, { value: id, label: id }]

function Steps({ expect, graph, onChange }: Props) {
  const t = useTexts(caseTexts)
  const choices = useStepChoices(graph)
  const steps = listOf(expect.steps).map(textIn)
  const put = (next: readonly string[]) => onChange({ ...expect, steps: [...next] })
  return (
    <div>
      <Switch
        label={t('wantSteps')}
        description={t('wantStepsAbout')}
        checked={expect.steps !== undefined}
        onChange={({ currentTarget }) =>
          onChange(withMember(expect, 'steps', currentTarget.checked ? startOf(graph) : undefined))
        }
      />
      {expect.steps !== undefined && (
        <ol className={classes.list} aria-label={t('wantSteps')}>
          {steps.map((id, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
            <li key={i}>
              <div className={classes.step}>
                <Select
                  aria-label={t('stepN', { n: i + 1 })}
                  searchable
                  value={id === '' ? null : id}
                  data={withGone(choices, id)}
                  onChange={(next) => next !== null && put(steps.map((one, j) => (i === j ? next : one)))}
                />
                <ActionIcon
                  aria-label={t('stepRemove', { n: i + 1 })}
                  onClick={() => put(steps.filter((_one, j) => j !== i))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </div>
            </li>
          ))}
          <li>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconPlus size={14} />}
              onClick={() => put([...steps, nextOf(graph, steps.at(-1))])}
            >
              {t('stepAdd')}
            </Button>
          </li>
        </ol>
      )}
    </div>
  )
}

const startOf = ({ nodes }: Graph): string[] =>
  nodes.flatMap(({ id, type }) => (type === 'trigger' ? [id] : [])).slice(0, 1)

/** The step that most often follows: where the first edge leads. */
const nextOf = ({ nodes, edges }: Graph, last: string | undefined): string =>
  edges.find(({ source }) => source === last)?.target ?? nodes[0]?.id ?? ''

function Messages({ expect, graph, onChange }: Props) {
  const t = useTexts(caseTexts)
  const messages = listOf(expect.messages).map(membersOf)
  const put = (next: readonly Data[]) => onChange({ ...expect, messages: [...next] })
  const speaks = graph.nodes.find(({ type }) => type === 'notify' || type === 'message')
  return (
    <div>
      <Switch
        label={t('wantMessages')}
        description={t('wantMessagesAbout')}
        checked={expect.messages !== undefined}
        onChange={({ currentTarget }) =>
          onChange(withMember(expect, 'messages', currentTarget.checked ? [] : undefined))
        }
      />
      {expect.messages !== undefined && (
        <Stack gap="xs" mt="xs">
          {messages.length === 0 && <div className={classes.none}>{t('wantNothingSaid')}</div>}
          {messages.map((message, i) => (
            <Message
              // biome-ignore lint/suspicious/noArrayIndexKey: a message is known by its place
              key={i}
              n={i + 1}
              message={message}
              graph={graph}
              onChange={(next) => put(messages.map((one, j) => (i === j ? next : one)))}
              onRemove={() => put(messages.filter((_one, j) => j !== i))}
            />
          ))}
          <div>
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconPlus size={14} />}
              onClick={() => put([...messages, speaks === undefined ? {} : { node: speaks.id }])}
            >
              {t('messageAdd')}
            </Button>
          </div>
        </Stack>
      )}
    </div>
  )
}

const TEXTS = ['contains', 'text', 'title'] as const

function Message({
  n,
  message,
  graph,
  onChange,
  onRemove,
}: {
  n: number
  message: Data
  graph: Graph
  onChange: (message: Data) => void
  onRemove: () => void
}) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const templates = useQuery({ ...templatesQuery, retry: false })
  const put = (name: string, value: string | null | undefined) =>
    onChange(withMember(message, name, value === null || value === '' ? undefined : value))
  const node = nodeOf(graph, textIn(message.node))
  const template = textIn(message.template)
  const keys = new Set([
    ...(template === '' ? [] : [template]),
    ...graph.nodes.map(({ data }) => textIn(data.template)).filter((key) => key !== ''),
    ...(templates.data?.items ?? []).map(({ key }) => key),
  ])
  const speaking = useStepChoices({
    ...graph,
    nodes: graph.nodes.filter(({ type }) => type === 'notify' || type === 'message'),
  })
  // What it says is fixed by the template; of words of its own a part is enough.
  const written = TEXTS.filter((name) => message[name] !== undefined)
  const shown =
    written.length > 0 || template !== '' || textIn(node?.data.template) !== '' ? written : ['contains' as const]
  return (
    <fieldset className={classes.message} aria-label={t('messageN', { n })}>
      <div className={classes.head}>
        <b>{t('messageN', { n })}</b>
        <ActionIcon aria-label={t('messageRemove', { n })} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      <Select
        label={t('ofStep')}
        placeholder={t('wantAny')}
        clearable
        value={textIn(message.node) || null}
        data={withGone(speaking, textIn(message.node))}
        onChange={(next) => put('node', next)}
      />
      <div className={classes.pair}>
        <DurationInput
          label={t('messageWhen')}
          optional
          empty={t('wantAny')}
          readOnly={false}
          value={textIn(message.after) || undefined}
          onChange={(after) => put('after', after)}
        />
        <Select
          label={t('messageChannel')}
          placeholder={t('wantAny')}
          clearable
          value={textIn(message.channel) || null}
          data={['push', 'email', 'inbox', 'chat'].map((value) => ({ value, label: channelWord(value, language) }))}
          onChange={(next) => put('channel', next)}
        />
      </div>
      <Select
        label={t('messageTemplate')}
        placeholder={t('wantAny')}
        clearable
        searchable
        value={template || null}
        data={[...keys]}
        onChange={(next) => put('template', next)}
      />
      {shown.map((name) => (
        <Textarea
          key={name}
          label={t(`message_${name}`)}
          placeholder={t('wantAny')}
          autosize
          minRows={1}
          maxRows={6}
          value={textIn(message[name])}
          onChange={({ currentTarget }) => put(name, currentTarget.value)}
        />
      ))}
    </fieldset>
  )
}
