import { Checkbox, Fieldset, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { type Permission, useSession } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { callSample } from '../../ui/call-sample.ts'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { PURPOSES, type Purpose, SCOPE_GROUPS } from './scopes.ts'
import { keysTexts } from './texts.ts'

const DAY_MS = 86_400_000
const ENDS = ['30', '90', '365', ''] as const

/** A new key: for what, until when. It is shown once. */
export function MakeKey({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useTexts(keysTexts)
  const language = useLanguage()
  const { permissions } = useSession()
  const [made, setMade] = useState<{ key: string; name: string } | null>(null)
  const form = useForm({
    initialValues: { name: '', purpose: 'producer' as Purpose, scopes: [] as Permission[], days: '' as string },
    validate: {
      name: (value) => (value.trim() === '' ? t('needName') : null),
      scopes: (value, { purpose }) => (purpose === 'own' && value.length === 0 ? t('needScope') : null),
    },
  })
  const acting = useFormAct(form, {
    act: ({ name, purpose, scopes, days }) =>
      body(
        api.POST('/api/v1/keys', {
          body: {
            name: name.trim(),
            scopes: (purpose === 'own' ? scopes : PURPOSES[purpose]).filter((scope) => permissions.includes(scope)),
            ...(days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
          },
        }),
      ),
    refresh: [['settings', 'keys']],
    after: ({ key, name }) => {
      setMade({ key, name })
      form.reset()
      close()
    },
  })
  return (
    <>
      <FormDialogue title={t('make')} opened={opened} close={close} acting={acting} confirm={t('make')} size="lg">
        <TextInput
          label={t('name')}
          description={t('nameAbout')}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Radio.Group label={t('purpose')} {...form.getInputProps('purpose')}>
          <Stack gap="xs" mt="xs">
            {(['producer', 'reader', 'all', 'own'] as const).map((purpose) => (
              <Radio key={purpose} value={purpose} label={t(purpose)} description={t(`${purpose}About`)} />
            ))}
          </Stack>
        </Radio.Group>
        {form.values.purpose === 'own' && (
          <Checkbox.Group {...form.getInputProps('scopes')}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              {SCOPE_GROUPS.map(({ about, scopes }) => (
                <Fieldset key={about.en} legend={about[language]}>
                  <Stack gap={8}>
                    {scopes.map(({ scope, what }) => (
                      <Checkbox
                        key={scope}
                        size="xs"
                        value={scope}
                        label={what[language]}
                        disabled={!permissions.includes(scope)}
                      />
                    ))}
                  </Stack>
                </Fieldset>
              ))}
            </SimpleGrid>
          </Checkbox.Group>
        )}
        <Select
          label={t('expires')}
          data={ENDS.map((value) => ({
            value,
            label: value === '' ? t('noEnd') : t('inDays', { count: Number(value) }),
          }))}
          {...form.getInputProps('days')}
        />
      </FormDialogue>
      <ShownOnce
        secret={made?.key ?? null}
        about={t('keyOnce', { name: made?.name })}
        sample={made === null ? undefined : callSample('GET', '/api/v1/me', undefined, made.key)}
        close={() => setMade(null)}
      />
    </>
  )
}
