import { TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTexts } from '../app/texts.ts'
import { idFrom } from './ids.ts'
import { uiTexts } from './texts.ts'

/** What something new is called, and its identifier, which follows the name until somebody writes another. */
export function NameAndId<Values extends { name: string; id: string }>(props: {
  form: UseFormReturnType<Values>
  label: string
  idAbout: string
}) {
  const { form, label, idAbout } = props
  const t = useTexts(uiTexts)
  const { onChange, ...name } = form.getInputProps('name')
  return (
    <>
      <TextInput
        label={label}
        maxLength={200}
        data-autofocus
        {...name}
        onChange={(event) => {
          const { id, name: before } = form.getValues()
          const after = event.currentTarget.value
          onChange(event)
          if (id === idFrom(before)) form.setFieldValue('id', idFrom(after) as never)
        }}
      />
      <TextInput label={t('id')} description={idAbout} maxLength={255} required {...form.getInputProps('id')} />
    </>
  )
}
