import { ActionIcon, Menu, Textarea, TextInput } from '@mantine/core'
import { IconBraces } from '@tabler/icons-react'
import { useRef } from 'react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { builderTexts } from '../texts.ts'

const VALUES = [
  { liquid: "{{ contact.name | default: '' }}", es: 'Nombre de la persona', en: 'Name of the person' },
  { liquid: "{{ queue.name | default: '' }}", es: 'Nombre de la cola', en: 'Name of the queue' },
  { liquid: "{{ queue.brand | default: '' }}", es: 'Marca', en: 'Brand' },
  { liquid: '{{ encounter.id }}', es: 'Conversación', en: 'Conversation' },
  { liquid: '{{ event.data. }}', es: 'Un dato del evento', en: 'Data of the event' },
  { liquid: '{{ last.data. }}', es: 'Un dato de lo que llegó', en: 'Data of what came' },
] as const

/** A text with data in it: what can be put in is one click away. */
export function LiquidInput({
  label,
  help,
  sample,
  value,
  error,
  readOnly,
  lines = 1,
  link = false,
  required,
  onChange,
}: {
  label: string
  help?: string | undefined
  sample?: string | undefined
  value: string
  error?: string | undefined
  readOnly: boolean
  lines?: number
  /** The link of a notification can stand in it. */
  link?: boolean
  required?: boolean
  onChange: (value: string) => void
}) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const input = useRef<HTMLTextAreaElement & HTMLInputElement>(null)
  const values = link
    ? [...VALUES, { liquid: '{{ link }}', es: 'Enlace a la conversación', en: 'Link to the conversation' }]
    : VALUES
  const put = (liquid: string) => {
    const at = input.current
    const [from, to] = [at?.selectionStart ?? value.length, at?.selectionEnd ?? value.length]
    onChange(value.slice(0, from) + liquid + value.slice(to))
    requestAnimationFrame(() => {
      at?.focus()
      const place = from + liquid.length - (liquid.endsWith('. }}') ? 3 : 0)
      at?.setSelectionRange(place, place)
    })
  }
  const insert = !readOnly && (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t('insertValue')} title={t('insertValue')}>
          <IconBraces size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('insertValue')}</Menu.Label>
        {values.map((one) => (
          <Menu.Item key={one.liquid} onClick={() => put(one.liquid)}>
            {one[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
  const shared = {
    label,
    description: help,
    placeholder: sample,
    value,
    error,
    readOnly,
    required: required === true,
    withAsterisk: false,
    rightSection: insert,
    ref: input,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (lines === 1) return <TextInput {...shared} />
  return (
    <Textarea
      {...shared}
      autosize
      minRows={lines}
      maxRows={14}
      rightSectionProps={{ style: { alignItems: 'start', paddingTop: 4 } }}
    />
  )
}
