import { ActionIcon, Button, Checkbox, Group, Input, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { MONO } from '../../../ui/mono.ts'
import { NumberField } from '../../../ui/number-field.tsx'
import { percent } from '../../../ui/percent.ts'
import { withArm, withoutArm } from '../../model/arms.ts'
import { faultsIn, faultWords } from '../../model/faults.ts'
import { type Data, type Json, listOf, membersOf, textIn } from '../../model/graph.ts'
import { channelWord } from '../../model/sentences.ts'
import { builderTexts } from '../texts.ts'
import { ConditionInput } from './condition-field.tsx'
import type { FieldProps } from './field.ts'
import classes from './lists-field.module.css'
import { LiquidInput } from './texts-field.tsx'

/** A name for one more way. */
function freshHandle(taken: readonly string[], base: string): string {
  let n = taken.length + 1
  while (taken.includes(`${base}${n}`)) n++
  return `${base}${n}`
}

/** The cases of a branch, in the order in which they are tried. */
export function CasesField({ data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const cases = listOf(data.cases).map(membersOf)
  const put = (next: Data[]) => set({ cases: next })
  const swap = (i: number, by: number) => {
    const [one, other] = [cases[i], cases[i + by]]
    if (one !== undefined && other !== undefined) put(cases.with(i, other).with(i + by, one))
  }
  return (
    <Stack gap="md">
      {cases.map((one, i) => {
        const at = String(i)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a case is known by its place; its name is edited here
          <div key={i} className={classes.item}>
            <Group gap={4} wrap="nowrap" align="flex-end">
              <TextInput
                flex={1}
                label={t('caseName', { n: i + 1 })}
                value={textIn(one.handle)}
                error={faultWords(faultsIn(faults, 'cases', at, 'handle'), language)}
                readOnly={readOnly}
                onChange={({ currentTarget }) =>
                  put(cases.with(i, { ...one, handle: handleFrom(currentTarget.value) }))
                }
              />
              {!readOnly && (
                <>
                  <ActionIcon aria-label={t('moveUp')} disabled={i === 0} onClick={() => swap(i, -1)} mb={4}>
                    <IconArrowUp size={16} />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={t('moveDown')}
                    disabled={i === cases.length - 1}
                    onClick={() => swap(i, 1)}
                    mb={4}
                  >
                    <IconArrowDown size={16} />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={t('removeCase', { name: textIn(one.handle) })}
                    disabled={cases.length === 1}
                    onClick={() => put(cases.toSpliced(i, 1))}
                    mb={4}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </>
              )}
            </Group>
            <ConditionInput
              label={t('caseWhen')}
              optional={false}
              value={textIn(one.when)}
              error={faultWords(faultsIn(faults, 'cases', at, 'when'), language)}
              readOnly={readOnly}
              onChange={(when) => put(cases.with(i, { ...one, when: when ?? '' }))}
            />
          </div>
        )
      })}
      <Text size="sm" c="dimmed">
        {t('caseElse')}
      </Text>
      {!readOnly && (
        <Button
          variant="light"
          leftSection={<IconPlus size={16} />}
          onClick={() => {
            const handle = freshHandle(
              cases.map((one) => textIn(one.handle)),
              t('caseBase'),
            )
            put([...cases, { handle, when: '' }])
          }}
        >
          {t('addCase')}
        </Button>
      )}
    </Stack>
  )
}

/** A way can be written with letters, digits, - and _ only. */
const handleFrom = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 64)

/** The arms of an experiment with their shares, and which of them gets nothing. */
export function ArmsField({ data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const arms = listOf(data.arms).map(membersOf)
  const whole = arms.reduce((sum, { weight }) => sum + (typeof weight === 'number' ? weight : 0), 0)
  const holdout = textIn(data.holdout)
  const put = (next: Data[]) => set({ arms: next })
  return (
    <Stack gap="sm">
      {arms.map((arm, i) => {
        const name = textIn(arm.handle)
        const share = whole > 0 && typeof arm.weight === 'number' ? arm.weight / whole : 0
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an arm is known by its place; its name is edited here
          <div key={i} className={classes.item}>
            <Group gap="xs" wrap="nowrap" align="flex-end">
              <TextInput
                flex={1}
                label={t('armName', { n: i + 1 })}
                value={name}
                error={faultWords(faultsIn(faults, 'arms', String(i), 'handle'), language)}
                readOnly={readOnly}
                onChange={({ currentTarget }) => {
                  const handle = handleFrom(currentTarget.value)
                  set({
                    arms: arms.with(i, { ...arm, handle }),
                    ...(name === holdout && name !== '' ? { holdout: handle } : {}),
                  })
                }}
              />
              <NumberField
                w={84}
                label={t('armWeight')}
                min={0}
                max={1_000_000}
                value={typeof arm.weight === 'number' ? arm.weight : 0}
                error={faultsIn(faults, 'arms', String(i), 'weight').length > 0}
                readOnly={readOnly}
                onChange={(weight) => put(arms.with(i, { ...arm, weight }))}
              />
              {!readOnly && (
                <ActionIcon
                  aria-label={t('removeArm', { name })}
                  disabled={arms.length === 1}
                  mb={4}
                  onClick={() =>
                    set({ arms: withoutArm(arms, holdout, i), ...(name === holdout ? { holdout: undefined } : {}) })
                  }
                >
                  <IconTrash size={16} />
                </ActionIcon>
              )}
            </Group>
            <Group justify="space-between">
              <Checkbox
                size="xs"
                label={t('armHoldout')}
                disabled={readOnly}
                checked={name !== '' && name === holdout}
                onChange={({ currentTarget }) => set({ holdout: currentTarget.checked ? name : undefined })}
              />
              <Text size="sm" c="dimmed">
                {percent(share, language, 1)}
              </Text>
            </Group>
          </div>
        )
      })}
      {faultWords(
        [...faultsIn(faults, 'holdout'), ...faults.filter(({ field }) => field.length === 1 && field[0] === 'arms')],
        language,
      ) !== undefined && (
        <Input.Error>
          {faultWords(
            [
              ...faultsIn(faults, 'holdout'),
              ...faults.filter(({ field }) => field.length === 1 && field[0] === 'arms'),
            ],
            language,
          )}
        </Input.Error>
      )}
      {!readOnly && (
        <Button
          variant="light"
          leftSection={<IconPlus size={16} />}
          onClick={() => {
            const handle = freshHandle(
              arms.map((arm) => textIn(arm.handle)),
              t('armBase'),
            )
            put(withArm(arms, holdout, handle))
          }}
        >
          {t('addArm')}
        </Button>
      )}
    </Stack>
  )
}

/** The rule by which an arm wins, said before there is any data. */
export function WinnerField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const winner = membersOf(data.winner)
  const on = data.winner !== undefined
  return (
    <Stack gap="xs">
      <Switch
        label={field.title[language]}
        description={t('winnerAbout')}
        disabled={readOnly}
        checked={on}
        onChange={({ currentTarget }) =>
          set({ winner: currentTarget.checked ? { minimum: 1_000, promote: true } : undefined })
        }
      />
      {on && (
        <>
          <NumberField
            label={t('winnerMinimum')}
            min={100}
            max={100_000}
            thousandSeparator={language === 'es' ? '.' : ','}
            allowDecimal={false}
            value={typeof winner.minimum === 'number' ? winner.minimum : 1_000}
            error={faultWords(faultsIn(faults, 'winner', 'minimum'), language)}
            readOnly={readOnly}
            onChange={(minimum) => set({ winner: { ...winner, minimum } })}
          />
          <Select
            label={t('winnerConfidence')}
            readOnly={readOnly}
            value={String(winner.confidence ?? 0.95)}
            data={[...new Set(['0.9', '0.95', '0.99', String(winner.confidence ?? 0.95)])].map((value) => ({
              value,
              label: percent(Number(value), language, 1),
            }))}
            onChange={(confidence) => set({ winner: { ...winner, confidence: Number(confidence) } })}
          />
          <Checkbox
            label={t('winnerPromote')}
            disabled={readOnly}
            checked={winner.promote === true}
            onChange={({ currentTarget }) => set({ winner: { ...winner, promote: currentTarget.checked } })}
          />
        </>
      )}
      <Input.Error>
        {faultWords(
          faults.filter((fault) => fault.field.length === 1),
          language,
        )}
      </Input.Error>
    </Stack>
  )
}

const CHANNELS = ['push', 'email', 'inbox'] as const

/** Channels in the order in which they are tried. */
export function ChannelsField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const chosen = listOf(data.channels).map(textIn)
  const rest = CHANNELS.filter((channel) => !chosen.includes(channel))
  const put = (channels: string[]) => set({ channels })
  return (
    <Input.Wrapper label={field.title[language]} error={faultWords(faults, language)} labelElement="div">
      <Stack gap={4} mt={4}>
        {chosen.map((channel, i) => (
          <Group key={channel} gap={4} wrap="nowrap" className={classes.channel}>
            <Text size="sm" c="dimmed" w={18}>
              {i + 1}.
            </Text>
            <Text size="sm" flex={1}>
              {channelWord(channel, language)}
            </Text>
            {!readOnly && (
              <>
                <ActionIcon
                  aria-label={t('earlier', { name: channelWord(channel, language) })}
                  disabled={i === 0}
                  onClick={() => put(chosen.with(i, chosen[i - 1] as string).with(i - 1, channel))}
                >
                  <IconArrowUp size={16} />
                </ActionIcon>
                <ActionIcon
                  aria-label={t('without', { name: channelWord(channel, language) })}
                  disabled={chosen.length === 1}
                  onClick={() => put(chosen.toSpliced(i, 1))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </>
            )}
          </Group>
        ))}
        {!readOnly && rest.length > 0 && (
          <Group gap="xs">
            {rest.map((channel) => (
              <Button
                key={channel}
                size="compact-xs"
                variant="light"
                leftSection={<IconPlus size={14} />}
                onClick={() => put([...chosen, channel])}
              >
                {channelWord(channel, language)}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
    </Input.Wrapper>
  )
}

/** Names with a text each: variables and their values, headers and theirs. */
export function PairsField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const pairs = Object.entries(membersOf(data[field.name]))
  const isVars = field.widget === 'variables'
  const put = (next: [string, Json][]) => {
    const made = Object.fromEntries(next)
    set({ [field.name]: Object.keys(made).length === 0 && !isVars ? undefined : made })
  }
  return (
    <Input.Wrapper label={field.title[language]} description={field.help?.[language]} labelElement="div">
      <Stack gap="xs" mt={4}>
        {pairs.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is edited here
          <div key={i} className={classes.item}>
            <Group gap={4} wrap="nowrap" align="flex-end">
              <TextInput
                flex={1}
                label={isVars ? t('variableName') : t('headerName')}
                value={name}
                readOnly={readOnly}
                error={faultWords(faultsIn(faults, field.name, name), language)}
                onChange={({ currentTarget }) => {
                  const to = isVars
                    ? variableFrom(currentTarget.value)
                    : currentTarget.value.replace(/[^\w!#$%&'*+.^`|~-]/g, '')
                  // Two of one name would be one.
                  if (!pairs.some(([other], j) => other === to && j !== i)) put(pairs.with(i, [to, value]))
                }}
              />
              {!readOnly && (
                <ActionIcon aria-label={t('without', { name })} mb={4} onClick={() => put(pairs.toSpliced(i, 1))}>
                  <IconTrash size={16} />
                </ActionIcon>
              )}
            </Group>
            {isVars ? (
              <TextInput
                label={t('valueCel')}
                styles={MONO}
                value={textIn(value)}
                readOnly={readOnly}
                onChange={({ currentTarget }) => put(pairs.with(i, [name, currentTarget.value]))}
              />
            ) : (
              <LiquidInput
                label={t('headerValue')}
                value={textIn(value)}
                readOnly={readOnly}
                onChange={(text) => put(pairs.with(i, [name, text]))}
              />
            )}
          </div>
        ))}
        {!readOnly && (
          <Button
            variant="light"
            leftSection={<IconPlus size={16} />}
            onClick={() => {
              let n = pairs.length + 1
              const base = isVars ? t('variableBase') : 'x-header'
              while (pairs.some(([name]) => name === `${base}${n}`)) n++
              put([...pairs, [`${base}${n}`, isVars ? "''" : '']])
            }}
          >
            {isVars ? t('addVariable') : t('addHeader')}
          </Button>
        )}
      </Stack>
    </Input.Wrapper>
  )
}

/** A name that CEL and Liquid can write after a dot. */
export const variableFrom = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .slice(0, 64)
