import {
  ActionIcon,
  Button,
  Group,
  Input,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { NumberField } from '../../../ui/number-field.tsx'
import {
  type Group as Condition,
  EMPTY_RULE,
  isGroup,
  isPath,
  NOTHING_ASKED,
  OPERATORS,
  type Operator,
  type Part,
  type Rule,
  type SpanUnit,
  type Value,
} from '../../model/conditions/condition.ts'
import { fieldOf, KNOWN_FIELDS, operatorsFor } from '../../model/conditions/fields.ts'
import { conditionOf } from '../../model/conditions/read.ts'
import { withOperator } from '../../model/conditions/with-operator.ts'
import { OPERATOR_WORDS, spanWord } from '../../model/conditions/words.ts'
import { celOf } from '../../model/conditions/write.ts'
import { textIn } from '../../model/graph.ts'
import { eventTypeQuery } from '../../queries.ts'
import { useDraftState } from '../context.tsx'
import { builderTexts } from '../texts.ts'
import classes from './condition-field.module.css'

/** A condition, put together from parts, with the CEL that it writes below; or the CEL itself, where it says more. */
export function ConditionInput({
  label,
  help,
  value,
  error,
  readOnly,
  optional = true,
  onChange,
}: {
  label: string
  help?: string | undefined
  value: string
  error?: string | undefined
  readOnly: boolean
  optional?: boolean
  onChange: (cel: string | undefined) => void
}) {
  const t = useTexts(builderTexts)
  const read = conditionOf(value)
  const [byHand, setByHand] = useState(false)
  // CEL does not tell how a group of one part joins it, nor a name that is being written.
  const [making, setMaking] = useState<Condition | null>(null)
  const written = useRef(value)
  useEffect(() => {
    if (value !== written.current) setMaking(null)
    written.current = value
  }, [value])
  const condition = making ?? read
  const set = (next: Condition) => {
    setMaking(next)
    const cel = celOf(next)
    written.current = cel
    onChange(cel === '' && optional ? undefined : cel)
  }
  const asText = byHand || condition === null
  return (
    <Input.Wrapper label={label} description={help} error={error} labelElement="div">
      <Stack gap="xs" mt={4}>
        {asText ? (
          <Textarea
            aria-label={`${label} (CEL)`}
            autosize
            minRows={2}
            className={classes.cel}
            value={value}
            readOnly={readOnly}
            error={error !== undefined}
            placeholder="queue.continuity && encounter.status != 'closed'"
            onChange={({ currentTarget }) =>
              onChange(currentTarget.value === '' && optional ? undefined : currentTarget.value)
            }
          />
        ) : (
          <Parts condition={condition} onChange={set} readOnly={readOnly} depth={0} />
        )}
        {!asText && value !== '' && <code className={classes.written}>{value}</code>}
        {!readOnly && (
          <Group justify="flex-end" gap="xs">
            {asText && condition === null && (
              <Text size="xs" c="dimmed" flex={1}>
                {t('conditionByHandOnly')}
              </Text>
            )}
            {condition !== null && (value !== '' || byHand) && (
              <Button variant="subtle" size="compact-xs" onClick={() => setByHand(!byHand)}>
                {byHand ? t('conditionByParts') : t('conditionByHand')}
              </Button>
            )}
            {condition === null && read === null && (
              <Button variant="subtle" size="compact-xs" onClick={() => set(NOTHING_ASKED)}>
                {t('conditionAnew')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Input.Wrapper>
  )
}

function Parts({
  condition,
  onChange,
  readOnly,
  depth,
  fresh = false,
}: {
  condition: Condition
  onChange: (next: Condition) => void
  readOnly: boolean
  depth: number
  fresh?: boolean
}) {
  const t = useTexts(builderTexts)
  const { join, parts } = condition
  // Whoever adds a part goes on in it.
  const [added, setAdded] = useState(-1)
  const add = (part: Part) => {
    setAdded(parts.length)
    onChange({ ...condition, parts: [...parts, part] })
  }
  const put = (i: number, part: Part | null) => {
    if (part === null) setAdded(-1)
    onChange({ ...condition, parts: part === null ? parts.toSpliced(i, 1) : parts.with(i, part) })
  }
  return (
    <div className={classes.group} data-deep={depth > 0 || undefined}>
      {parts.length > 1 && (
        <SegmentedControl
          size="xs"
          disabled={readOnly}
          aria-label={t('conditionJoin')}
          value={join}
          onChange={(next) => onChange({ ...condition, join: next as Condition['join'] })}
          data={[
            { value: 'all', label: t('conditionAll') },
            { value: 'any', label: t('conditionAny') },
          ]}
        />
      )}
      {parts.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is known by its place alone
        <div key={i} className={classes.part}>
          <div className={classes.inside}>
            {isGroup(part) ? (
              <Parts
                condition={part}
                onChange={(next) => put(i, next)}
                readOnly={readOnly}
                depth={depth + 1}
                fresh={i === added}
              />
            ) : (
              <RuleRow
                rule={part}
                onChange={(next) => put(i, next)}
                readOnly={readOnly}
                fresh={i === added || (fresh && i === 0)}
              />
            )}
          </div>
          {!readOnly && (
            <ActionIcon aria-label={t('conditionRemove')} title={t('conditionRemove')} onClick={() => put(i, null)}>
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </div>
      ))}
      {!readOnly && (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconPlus size={14} />}
            onClick={() => add(EMPTY_RULE)}
          >
            {parts.length === 0 && depth === 0 ? t('conditionFirst') : t('conditionAdd')}
          </Button>
          {depth < 2 && parts.length > 0 && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => add({ join: join === 'all' ? 'any' : 'all', parts: [EMPTY_RULE, EMPTY_RULE] })}
            >
              {t('conditionGroup')}
            </Button>
          )}
        </Group>
      )}
    </div>
  )
}

/** Fields that the event of the flow's beginning has, as far as its type says. */
function useDataFields(): string[] {
  const state = useDraftState()
  const trigger = state.history.present.nodes.find(({ type }) => type === 'trigger')
  const type = textIn(trigger?.data.event)
  const known = type !== '' && !/[*#]/.test(type)
  const { data } = useQuery({ ...eventTypeQuery(type), enabled: known })
  const schema = data?.versions.at(-1)?.schema as { properties?: object } | undefined
  return Object.keys(schema?.properties ?? {})
    .filter((name) => /^[A-Za-z_]\w*$/.test(name))
    .map((name) => `event.data.${name}`)
}

function useVariables(): string[] {
  const state = useDraftState()
  const names = new Set<string>()
  for (const { data } of state.history.present.nodes) {
    if (typeof data.save === 'string' && data.save !== '') names.add(data.save)
    if (typeof data.as === 'string' && data.as !== '') names.add(data.as)
    if (typeof data.vars === 'object' && data.vars !== null) for (const name of Object.keys(data.vars)) names.add(name)
  }
  return [...names].map((name) => `vars.${name}`)
}

function RuleRow({
  rule,
  onChange,
  readOnly,
  fresh,
}: {
  rule: Rule
  onChange: (next: Rule) => void
  readOnly: boolean
  fresh: boolean
}) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const data = useDataFields()
  const variables = useVariables()
  const [ownField, setOwnField] = useState(rule.field !== '' && fieldOf(rule.field).title.es === rule.field)
  const { field, operator, value } = rule
  const item = (path: string) => ({ value: path, label: fieldOf(path).title[language] })
  const listed = new Set([...KNOWN_FIELDS.map(({ path }) => path), ...data, ...variables])
  const groups = [
    { group: t('fieldsConversation'), items: KNOWN_FIELDS.map(({ path }) => item(path)) },
    { group: t('fieldsEvent'), items: [...data, ...(field !== '' && !listed.has(field) ? [field] : [])].map(item) },
    { group: t('fieldsVariables'), items: variables.map(item) },
    { group: t('fieldsOther'), items: [{ value: OWN, label: t('fieldByName') }] },
  ].filter(({ items }) => items.length > 0)
  const take = (path: string) => {
    const [first = 'is'] = operatorsFor(path)
    onChange(withOperator({ field: path, operator: first, value }, first))
  }
  return (
    <div className={classes.rule}>
      {ownField ? (
        <TextInput
          size="sm"
          aria-label={t('fieldByName')}
          placeholder="event.data.amount"
          className={classes.cel}
          value={field}
          readOnly={readOnly}
          error={field !== '' && !isPath(field)}
          onChange={({ currentTarget }) =>
            onChange(withOperator({ ...rule, field: currentTarget.value.trim() }, operator))
          }
          onBlur={() => field === '' && setOwnField(false)}
        />
      ) : (
        <Select
          size="sm"
          aria-label={t('conditionField')}
          placeholder={t('conditionField')}
          searchable
          autoFocus={fresh}
          error={field === '' && !fresh}
          readOnly={readOnly}
          value={field === '' ? null : field}
          data={groups}
          nothingFoundMessage={t('eventNone')}
          onChange={(path) => {
            if (path === OWN) {
              setOwnField(true)
              onChange({ ...rule, field: 'event.data.' })
            } else if (path !== null) take(path)
          }}
        />
      )}
      <Select
        size="sm"
        aria-label={t('conditionOperator')}
        readOnly={readOnly}
        value={operator}
        data={operatorsFor(isPath(field) ? field : 'event.data.x', operator).map((one) => ({
          value: one,
          label: OPERATOR_WORDS[one][language],
        }))}
        onChange={(next) => next !== null && onChange(withOperator(rule, next as Operator))}
      />
      <ValueInput rule={rule} onChange={(next) => onChange({ ...rule, value: next })} readOnly={readOnly} />
    </div>
  )
}

const OWN = '\u0001own'

function ValueInput({ rule, onChange, readOnly }: { rule: Rule; onChange: (next: Value) => void; readOnly: boolean }) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const { field, operator, value } = rule
  const label = t('conditionValue')
  if (OPERATORS[operator] === 'nothing' || value === undefined) return null
  const { choices } = fieldOf(field)
  if (value.kind === 'list') {
    return (
      <TagsInput
        size="sm"
        aria-label={label}
        readOnly={readOnly}
        value={[...value.items]}
        onChange={(items) => onChange({ kind: 'list', items })}
      />
    )
  }
  if (value.kind === 'span') {
    return (
      <Group gap={4} wrap="nowrap">
        <NumberField
          size="sm"
          aria-label={label}
          min={0}
          max={99_999}
          allowDecimal={false}
          readOnly={readOnly}
          value={value.count}
          onChange={(count) => onChange({ ...value, count })}
        />
        <Select
          size="sm"
          aria-label={t('unit')}
          readOnly={readOnly}
          value={value.unit}
          data={(['h', 'm', 's'] as const).map((unit) => ({
            value: unit,
            label: spanWord(unit, value.count, language),
          }))}
          onChange={(unit) => onChange({ ...value, unit: (unit ?? 'h') as SpanUnit })}
        />
      </Group>
    )
  }
  if (choices !== undefined && value.kind === 'text') {
    return (
      <Select
        size="sm"
        aria-label={label}
        readOnly={readOnly}
        value={value.text}
        data={choices.map(({ value: one, title }) => ({ value: one, label: title[language] }))}
        onChange={(text) => onChange({ kind: 'text', text: text ?? '' })}
      />
    )
  }
  const either = OPERATORS[operator] === 'value' && fieldOf(field).type === 'any'
  return (
    <Group gap={4} wrap="nowrap">
      {value.kind === 'number' ? (
        <NumberField
          size="sm"
          flex={1}
          aria-label={label}
          readOnly={readOnly}
          value={value.number}
          onChange={(number) => onChange({ kind: 'number', number })}
        />
      ) : value.kind === 'yes' ? (
        <Select
          size="sm"
          flex={1}
          aria-label={label}
          readOnly={readOnly}
          value={String(value.yes)}
          data={[
            { value: 'true', label: t('yes') },
            { value: 'false', label: t('no') },
          ]}
          onChange={(next) => onChange({ kind: 'yes', yes: next === 'true' })}
        />
      ) : (
        <TextInput
          size="sm"
          flex={1}
          aria-label={label}
          readOnly={readOnly}
          value={value.text}
          onChange={({ currentTarget }) => onChange({ kind: 'text', text: currentTarget.value })}
        />
      )}
      {either && !readOnly && (
        <Select
          size="sm"
          w={104}
          aria-label={t('valueKind')}
          value={value.kind}
          data={[
            { value: 'text', label: t('valueText') },
            { value: 'number', label: t('valueNumber') },
            { value: 'yes', label: t('valueYes') },
          ]}
          onChange={(kind) => {
            if (kind === 'number') onChange({ kind: 'number', number: 0 })
            else if (kind === 'yes') onChange({ kind: 'yes', yes: true })
            else onChange({ kind: 'text', text: '' })
          }}
        />
      )}
    </Group>
  )
}
