import { ActionIcon, Group, SegmentedControl, Select, Stack, Tabs } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useColleagues } from '../../../api/colleagues.ts'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { localeName } from '../../../ui/locale-name.ts'
import { faultsIn, faultWords } from '../../model/faults.ts'
import { type Json, membersOf, textIn } from '../../model/graph.ts'
import { builderTexts } from '../texts.ts'
import type { FieldProps } from './field.ts'
import { LiquidInput } from './texts-field.tsx'

const KINDS = { recipient: ['run', 'contactId', 'userId', 'address'], asked: ['userId', 'address'] } as const

/** To whom: the person of the run, another person, somebody of the team, or an address. */
export function RecipientField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const { to } = data
  const kinds: readonly string[] = field.widget === 'asked' ? KINDS.asked : KINDS.recipient
  const plain = typeof to === 'string'
  const [named] = Object.keys(membersOf(to))
  const kind =
    to === undefined
      ? 'run'
      : plain
        ? to.includes('@') || field.widget === 'recipient'
          ? 'address'
          : 'userId'
        : (named ?? 'userId')
  const value = plain ? to : textIn(Object.values(membersOf(to))[0])
  const put = (next: string, text: string): Json | undefined => (next === 'run' ? undefined : { [next]: text })
  const words = { run: t('toRun'), contactId: t('toContact'), userId: t('toUser'), address: t('toAddress') }
  return (
    <Stack gap="xs">
      <Select
        label={field.title[language]}
        readOnly={readOnly}
        value={kinds.includes(kind) ? kind : (kinds[0] ?? null)}
        data={kinds.map((one) => ({ value: one, label: words[one as keyof typeof words] }))}
        onChange={(next) => next !== null && set({ to: put(next, value) })}
      />
      {kind === 'userId' && (
        <UserField value={value} faults={faults} readOnly={readOnly} set={(id) => set({ to: put(kind, id) })} />
      )}
      {kind !== 'run' && kind !== 'userId' && (
        <LiquidInput
          label={words[kind as keyof typeof words] ?? kind}
          sample={kind === 'address' ? 'equipo@ejemplo.org' : '{{ event.data.patientId }}'}
          value={value}
          error={faultWords(faults, language)}
          readOnly={readOnly}
          onChange={(text) => set({ to: plain ? text : put(kind, text) })}
        />
      )}
    </Stack>
  )
}

const BY_DATA = '\u0001data'

/** Somebody of the team by their name, or whoever the data name. */
function UserField(props: Pick<FieldProps, 'faults' | 'readOnly'> & { value: string; set: (id: string) => void }) {
  const { value, faults, readOnly, set } = props
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const colleagues = useColleagues()
  const [byData, setByData] = useState(false)
  const isWritten = byData || value.includes('{') || (value !== '' && colleagues.size > 0 && !colleagues.has(value))
  const error = faultWords(faults, language)
  return (
    <>
      <Select
        label={t('toUser')}
        searchable
        readOnly={readOnly}
        value={isWritten ? BY_DATA : value === '' ? null : value}
        placeholder={t('toUserChoose')}
        error={isWritten ? undefined : error}
        data={[
          ...[...colleagues.values()].map(({ id, name }) => ({ value: id, label: name })),
          { value: BY_DATA, label: t('toUserByData') },
        ]}
        onChange={(next) => {
          if (next === null) return
          setByData(next === BY_DATA)
          if (next !== BY_DATA) set(next)
          else if (colleagues.has(value)) set('')
        }}
      />
      {isWritten && (
        <LiquidInput
          label={t('toUserId')}
          sample="{{ event.data.ownerId }}"
          value={value}
          error={error}
          readOnly={readOnly}
          onChange={set}
        />
      )}
    </>
  )
}

/** A link to the conversation, to somewhere else, or none. */
export function LinkField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const { deepLink } = data
  const kind = deepLink === true ? 'conversation' : typeof deepLink === 'string' ? 'address' : 'none'
  return (
    <Stack gap="xs">
      <Select
        label={field.title[language]}
        readOnly={readOnly}
        error={kind === 'address' ? undefined : faultWords(faults, language)}
        value={kind}
        data={[
          { value: 'conversation', label: t('linkConversation') },
          { value: 'address', label: t('linkAddress') },
          { value: 'none', label: t('linkNone') },
        ]}
        onChange={(next) =>
          set({ deepLink: next === 'conversation' ? true : next === 'address' ? 'https://' : undefined })
        }
      />
      {kind === 'address' && (
        <LiquidInput
          label={t('linkAddress')}
          value={textIn(deepLink)}
          error={faultWords(faults, language)}
          readOnly={readOnly}
          onChange={(text) => set({ deepLink: text })}
        />
      )}
    </Stack>
  )
}

/** One text for everybody, or one for each language. */
export function LocaleTextsField({ field, data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const text = data[field.name]
  const single = typeof text === 'string'
  const texts = membersOf(text)
  // Where nothing is written yet, the first language is the author's.
  const locales = Object.keys(texts).length === 0 ? [language] : Object.keys(texts)
  const [chosen, setChosen] = useState<string | null>(null)
  const locale = locales.find((one) => one === chosen) ?? locales.find((one) => one.startsWith(language)) ?? locales[0]
  const missing = ['es', 'en', 'pt', 'ca', 'fr'].filter((one) => !locales.includes(one))
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth
        size="xs"
        disabled={readOnly}
        aria-label={t('textLanguages')}
        value={single ? 'one' : 'each'}
        data={[
          { value: 'each', label: t('textEach') },
          { value: 'one', label: t('textOne') },
        ]}
        onChange={(next) =>
          next === 'one'
            ? set({ [field.name]: textIn(texts[locale ?? '']) })
            : set({ [field.name]: { [language]: single ? text : '' } })
        }
      />
      {!single && (
        <Tabs value={locale ?? null} onChange={setChosen}>
          <Group gap={4} wrap="nowrap">
            <Tabs.List flex={1}>
              {locales.map((one) => (
                <Tabs.Tab key={one} value={one}>
                  {localeName(one, language)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {!readOnly && locales.length > 1 && locale !== undefined && (
              <ActionIcon
                aria-label={t('without', { name: localeName(locale, language) })}
                onClick={() => {
                  const { [locale]: _gone, ...rest } = texts
                  set({ [field.name]: rest })
                }}
              >
                <IconTrash size={16} />
              </ActionIcon>
            )}
          </Group>
        </Tabs>
      )}
      <LiquidInput
        label={
          single || locale === undefined
            ? field.title[language]
            : `${field.title[language]} (${localeName(locale, language)})`
        }
        help={field.help?.[language]}
        lines={4}
        value={single ? text : textIn(texts[locale ?? ''])}
        error={
          faultWords(single ? faults : faultsIn(faults, field.name, locale ?? ''), language) ??
          faultWords(faults, language)
        }
        readOnly={readOnly}
        onChange={(next) => set({ [field.name]: single ? next : { ...texts, [locale ?? language]: next } })}
      />
      {!single && !readOnly && (
        <Select
          size="xs"
          aria-label={t('textAdd')}
          placeholder={t('textAdd')}
          value={null}
          data={missing.map((one) => ({ value: one, label: localeName(one, language) }))}
          onChange={(one) => {
            if (one === null) return
            set({ [field.name]: { ...texts, [one]: '' } })
            setChosen(one)
          }}
        />
      )}
    </Stack>
  )
}
