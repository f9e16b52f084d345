import { TextInput } from '@mantine/core'
import { api } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { PairFields, usePairForm } from './form.tsx'
import { sourcesTexts } from './texts.ts'
import { NEW, pairOf } from './values.ts'

/** Pairs two systems: a name for the two, and by what each is known. */
export function AddPair({ close, made }: { close: () => void; made: (id: string) => void }) {
  const t = useTexts(sourcesTexts)
  const form = usePairForm(NEW)
  const acting = useFormAct(form, {
    act: (values) =>
      api.PUT('/api/v1/sources/{pair}', {
        params: { path: { pair: values.pair.trim() } },
        body: pairOf(values, values.systems[0]?.name ?? ''),
      }),
    done: t('made'),
    refresh: [['sources']],
    after: (_, { pair }) => {
      close()
      made(pair.trim())
    },
  })
  return (
    <FormDialogue title={t('add')} opened close={close} acting={acting} confirm={t('add')} size="xl">
      <TextInput
        label={t('pair')}
        description={t('pairAbout')}
        required
        data-autofocus
        {...form.getInputProps('pair')}
      />
      <PairFields form={form} />
      <TextInput
        label={t('namespace')}
        description={t('namespaceAbout')}
        placeholder="cauce:events"
        {...form.getInputProps('namespace')}
      />
    </FormDialogue>
  )
}
