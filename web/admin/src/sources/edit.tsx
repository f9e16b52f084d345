import { Text } from '@mantine/core'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { PairFields, usePairForm } from './form.tsx'
import type { Pair } from './systems.ts'
import { sourcesTexts } from './texts.ts'
import { pairOf, valuesOf } from './values.ts'

const LABELS = { pair: 'pair', namespace: 'namespace', window: 'window', systems: 'known' } as const

/** Changes by what the two systems of a pair are known, and the margin between them; who leads is changed by a switch. */
export function EditPair({ pair, close }: { pair: Pair; close: () => void }) {
  const t = useTexts(sourcesTexts)
  const form = usePairForm(valuesOf(pair))
  const params = { path: { pair: pair.id } }
  const save = useMeanwhile(form, valuesOf(pair), (field) => t(LABELS[field]))
  const acting = useFormAct(form, {
    act: (values) =>
      save(
        values,
        () => body(api.GET('/api/v1/sources/{pair}', { params })),
        valuesOf,
        // Who leads may have been changed while it was open.
        (values, { leader }) => body(api.PUT('/api/v1/sources/{pair}', { params, body: pairOf(values, leader) })),
      ),
    done: t('edited'),
    refresh: [['sources']],
    after: close,
  })
  return (
    <FormDialogue
      title={t('editTitle', { pair: pair.id })}
      opened
      close={close}
      acting={acting}
      confirm={t('edit')}
      size="xl"
    >
      <Text size="sm" c="dimmed">
        {t('editAbout')}
      </Text>
      <PairFields form={form} leader={pair.leader} />
    </FormDialogue>
  )
}
