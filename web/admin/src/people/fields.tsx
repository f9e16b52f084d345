import { Select, Textarea } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { FieldsInput } from '../flows/fields-input.tsx'
import type { Data } from '../flows/model/graph.ts'
import { Folded } from '../ui/folded.tsx'
import { localeName, USUAL_LOCALES } from '../ui/locale-name.ts'
import { zonesWith } from '../ui/zones.ts'
import type { ContactForm } from './contact.ts'
import { peopleTexts } from './texts.ts'

/** What is wrong with what else is written about somebody. */
export function useAttributesRule(): (written: ContactForm['attributes']) => string | null {
  const t = useTexts(peopleTexts)
  return ({ isWhole }) => (isWhole ? null : t('attributesWrong'))
}

/** How somebody is reached, and when and in which language. */
export function PersonFields<Values extends ContactForm>({ form }: { form: UseFormReturnType<Values> }) {
  const t = useTexts(peopleTexts)
  const language = useLanguage()
  const { attributes, locale, timeZone } = form.getValues()
  const several = { autosize: true, minRows: 1, description: t('several') }
  const chosen = (field: 'locale' | 'timeZone') => ({
    ...form.getInputProps(field),
    onChange: (value: string | null) => form.setFieldValue(field, (value ?? '') as never),
  })
  return (
    <>
      <Textarea label={t('email')} {...several} {...form.getInputProps('email')} />
      <Textarea label={t('phone')} {...several} {...form.getInputProps('phone')} />
      <Textarea label={t('push')} {...several} description={t('pushAbout')} {...form.getInputProps('push')} />
      <Select
        label={t('language')}
        description={t('localeAbout')}
        searchable
        clearable
        data={[...new Set([...USUAL_LOCALES, ...(locale === '' ? [] : [locale])])].map((value) => ({
          value,
          label: localeName(value, language),
        }))}
        {...chosen('locale')}
      />
      <Select
        label={t('zone')}
        description={t('zoneAbout')}
        searchable
        clearable
        limit={60}
        data={zonesWith(timeZone)}
        {...chosen('timeZone')}
      />
      <Folded title={t('attributes')} open={Object.keys(attributes.value).length > 0}>
        <FieldsInput
          label={t('attributes')}
          help={t('attributesAbout')}
          value={attributes.value as Data}
          error={form.errors.attributes}
          onChange={(value, isWhole) => form.setFieldValue('attributes', { value, isWhole } as never)}
        />
      </Folded>
    </>
  )
}
