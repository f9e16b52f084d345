import { Select, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useTexts } from '../../app/texts.ts'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { subscriptionTexts } from './texts.ts'
import { type Listed, placeOf } from './words.ts'

const OVERLAPS = ['0', '1', '24', '168'] as const

/** A new secret, shown once; for a while the old one signs as well. */
export function Rotate(props: { subscription: Listed; opened: boolean; close: () => void }) {
  const { subscription, opened, close } = props
  const t = useTexts(subscriptionTexts)
  const [made, setMade] = useState<{ value: string; isSecret: boolean } | null>(null)
  const form = useForm({
    initialValues: {
      signature: subscription.signature ?? ('v1' as 'v1' | 'v1a'),
      overlap: '24' as (typeof OVERLAPS)[number],
    },
  })
  const acting = useFormAct(form, {
    act: ({ signature, overlap }) =>
      body(
        api.POST('/api/v1/subscriptions/{id}/rotate-secret', {
          params: { path: { id: subscription.id } },
          body: { signature, overlapHours: Number(overlap) },
        }),
      ),
    done: t('rotated'),
    refresh: [['webhooks']],
    after: ({ secret, publicKey }) => {
      setMade({ value: secret ?? publicKey ?? '', isSecret: secret !== undefined })
      close()
    },
  })
  return (
    <>
      <FormDialogue title={t('rotate')} opened={opened} close={close} acting={acting} confirm={t('rotate')}>
        <Text size="sm">{t('rotateAbout')}</Text>
        <Select
          label={t('overlap')}
          data={OVERLAPS.map((value) => ({ value, label: t(`overlap${value}`) }))}
          {...form.getInputProps('overlap')}
        />
        <Select
          label={t('signature')}
          data={(['v1', 'v1a'] as const).map((value) => ({ value, label: t(value) }))}
          {...form.getInputProps('signature')}
        />
      </FormDialogue>
      <ShownOnce
        secret={made?.value ?? null}
        about={t(made?.isSecret ? 'secretAbout' : 'publicKeyAbout', { url: placeOf(subscription) })}
        close={() => setMade(null)}
      />
    </>
  )
}
