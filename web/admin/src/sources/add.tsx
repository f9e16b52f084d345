import { Fieldset, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { DurationInput } from '../ui/duration-input.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { sourcesTexts } from './texts.ts'

type System = { name: string; source: string; keys: string }
type Values = { pair: string; window: string | null; leader: System; follower: System }

const words = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((word) => word.trim())
    .filter(Boolean)

const systemOf = ({ name, source, keys }: System, role: 'leader' | 'follower') => ({
  name: name.trim(),
  role,
  knownBy: {
    ...(source.trim() === '' ? {} : { sources: [source.trim()] }),
    ...(words(keys).length === 0 ? {} : { keys: words(keys) }),
  },
})

/** Pairs two systems: a name for the two, and by what each is known. */
export function AddPair({ close, made }: { close: () => void; made: (id: string) => void }) {
  const t = useTexts(sourcesTexts)
  const id = (given: string) => (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(given.trim()) ? null : t('needPair'))
  const system = {
    name: id,
    source: (given: string, values: Values, path: string) =>
      given.trim() === '' && words(values[path.startsWith('leader') ? 'leader' : 'follower'].keys).length === 0
        ? t('needKnown')
        : null,
  }
  const form = useForm<Values>({
    initialValues: {
      pair: '',
      window: 'PT15M',
      leader: { name: '', source: '', keys: '' },
      follower: { name: '', source: '', keys: '' },
    },
    validate: { pair: id, leader: system, follower: system },
  })
  const acting = useFormAct(form, {
    act: ({ pair, window: margin, leader, follower }) =>
      api.PUT('/api/v1/sources/{pair}', {
        params: { path: { pair: pair.trim() } },
        body: {
          ...(margin === null ? {} : { window: margin }),
          systems: [systemOf(leader, 'leader'), systemOf(follower, 'follower')],
        },
      }),
    done: t('made'),
    refresh: [['sources']],
    after: (_, { pair }) => {
      close()
      made(pair.trim())
    },
  })
  return (
    <FormDialogue title={t('add')} opened close={close} acting={acting} confirm={t('add')}>
      <TextInput
        label={t('pair')}
        description={t('pairAbout')}
        required
        data-autofocus
        {...form.getInputProps('pair')}
      />
      {(['leader', 'follower'] as const).map((role) => (
        <Fieldset key={role} legend={t(role)}>
          <TextInput label={t('name')} required {...form.getInputProps(`${role}.name`)} />
          <TextInput
            mt="xs"
            label={t('knownBy')}
            description={t('knownByAbout')}
            {...form.getInputProps(`${role}.source`)}
          />
          <TextInput mt="xs" label={t('keys')} description={t('keysAbout')} {...form.getInputProps(`${role}.keys`)} />
        </Fieldset>
      ))}
      <DurationInput
        label={t('window')}
        description={t('windowAbout')}
        value={form.values.window === null ? null : { iso: form.values.window, business: false }}
        onChange={(value) => form.setFieldValue('window', value?.iso ?? null)}
        usual={['PT5M', 'PT15M', 'PT1H', 'P1D']}
        error={form.errors.window}
      />
    </FormDialogue>
  )
}
