import { Fieldset, MultiSelect, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useKeys } from '../api/key-names.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { DurationInput } from '../ui/duration-input.tsx'
import { faultAt } from '../ui/fault-at.ts'
import { sourcesTexts } from './texts.ts'
import { isUnknown, type Values, wrongHeader } from './values.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

export function usePairForm(initialValues: Values) {
  const t = useTexts(sourcesTexts)
  return useForm<Values>({
    initialValues,
    validate: ({ pair, systems }) => {
      const faults: Record<string, string> = {}
      const wrongName = (given: string) =>
        given.trim() === '' ? t('needed') : NAME.test(given.trim()) ? undefined : t('needPair')
      const ofPair = wrongName(pair)
      if (ofPair !== undefined) faults.pair = ofPair
      for (const [i, { name, knownBy }] of systems.entries()) {
        const ofName = wrongName(name)
        if (ofName !== undefined) faults[`systems.${i}.name`] = ofName
        else if (i > 0 && name.trim() === systems[0]?.name.trim()) faults[`systems.${i}.name`] = t('sameName')
        if (isUnknown(knownBy)) faults[`systems.${i}.knownBy`] = t('needKnown')
        const wrong = wrongHeader(knownBy.headers)
        if (wrong !== null) faults[`systems.${i}.knownBy.headers`] = t(wrong.why, { written: wrong.written })
      }
      return faults
    },
  })
}

/** By what the two systems are known, and the margin between them; a pair that is there keeps their names. */
export function PairFields({ form, leader }: { form: UseFormReturnType<Values>; leader?: string }) {
  const t = useTexts(sourcesTexts)
  const { window: margin, systems } = form.values
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {systems.map(({ name }, i) => {
          const role = t((leader === undefined ? i === 0 : name === leader) ? 'leader' : 'follower')
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two, in one order
            <Fieldset key={i} legend={leader === undefined ? role : `${role}: ${name}`}>
              <Stack gap="sm">
                {leader === undefined && (
                  <TextInput label={t('name')} required {...form.getInputProps(`systems.${i}.name`)} />
                )}
                <Known form={form} i={i} />
              </Stack>
            </Fieldset>
          )
        })}
      </SimpleGrid>
      <DurationInput
        label={t('window')}
        description={t('windowAbout')}
        value={margin === null ? null : { iso: margin, business: false }}
        onChange={(value) => form.setFieldValue('window', value?.iso ?? null)}
        usual={['PT5M', 'PT15M', 'PT1H', 'P1D']}
        error={form.errors.window}
      />
    </>
  )
}

function Known({ form, i }: { form: UseFormReturnType<Values>; i: number }) {
  const t = useTexts(sourcesTexts)
  const path = `systems.${i}.knownBy`
  const list = (field: 'sources' | 'brokerUsers' | 'headers') => ({
    // What stands in a field counts, also where nobody pressed Enter; a comma may be part of it.
    acceptValueOnBlur: true,
    splitChars: [],
    isDuplicate: (one: string, all: string[]) => all.includes(one),
    ...form.getInputProps(`${path}.${field}`),
    error: faultAt(form.errors, `${path}.${field}`),
  })
  return (
    <>
      <KeysField form={form} i={i} />
      <TagsInput label={t('source')} description={t('sourceAbout')} {...list('sources')} />
      <TagsInput label={t('headers')} description={t('headersAbout')} {...list('headers')} />
      <TagsInput label={t('brokerUsers')} description={t('brokerUsersAbout')} {...list('brokerUsers')} />
      {form.errors[path] && (
        <Text size="sm" c="var(--bad)" role="alert">
          {form.errors[path]}
        </Text>
      )}
    </>
  )
}

/** Keys by what they are called; a key is of one system only. */
function KeysField({ form, i }: { form: UseFormReturnType<Values>; i: number }) {
  const t = useTexts(sourcesTexts)
  const may = useCan()('keys:read')
  const keys = useKeys() ?? []
  const path = `systems.${i}.knownBy.keys`
  const { systems } = form.values
  const chosen = systems[i]?.knownBy.keys ?? []
  const taken = new Set(systems.flatMap(({ knownBy }, other) => (other === i ? [] : knownBy.keys)))
  const offered = keys.filter(({ id, status }) => status === 'active' || status === 'suspended' || chosen.includes(id))
  const isNamedAlike = ({ id, name }: { id: string; name: string }) =>
    offered.some((other) => other.id !== id && other.name === name)
  return (
    <MultiSelect
      label={t('keys')}
      description={t(may ? 'keysAbout' : 'keysHidden')}
      searchable
      disabled={!may}
      nothingFoundMessage={t('noKeys')}
      data={offered.map((key) => ({
        value: key.id,
        label: isNamedAlike(key) ? `${key.name} (${key.prefix}…)` : key.name,
        disabled: taken.has(key.id),
      }))}
      {...form.getInputProps(path)}
      error={faultAt(form.errors, path)}
    />
  )
}
