import { Combobox, InputBase, useCombobox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { EventName } from '../../../events/explorer/name.tsx'
import { eventTypesQuery } from '../../../events/query.ts'
import { eventWords } from '../../../events/words.ts'
import { selectAll } from '../../../ui/select-all.ts'
import { USUAL_EVENTS, untilWords, whenWords } from '../../model/event-words.ts'
import { builderTexts } from '../texts.ts'

/** Which event: those of the platform in words, those that are registered, or any other by its name. */
export function EventInput({
  label,
  help,
  value,
  mood,
  error,
  readOnly,
  onChange,
}: {
  label: string
  help?: string | undefined
  value: string
  /** How the sentence goes on: "when …" or "until …". */
  mood: 'when' | 'until'
  error?: string | undefined
  readOnly: boolean
  onChange: (value: string) => void
}) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const types = useQuery(eventTypesQuery)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string | null>(null)
  const say = (type: string) => (mood === 'when' ? whenWords(type, language) : untilWords(type, language))
  const about = (type: string) => eventWords(type, language) ?? ''
  const known = [...new Set([...USUAL_EVENTS, ...(types.data ?? []).map(({ name }) => name)])]
  const words = (typed ?? '').toLowerCase()
  const found = known.filter((type) => `${type} ${say(type)} ${about(type)}`.toLowerCase().includes(words))
  const usual = found.filter((type) => USUAL_EVENTS.includes(type))
  const others = found.filter((type) => !USUAL_EVENTS.includes(type)).slice(0, 80)
  const own = typed !== null && typed.trim() !== '' && !known.includes(typed.trim()) ? typed.trim() : null
  const take = (type: string) => {
    onChange(type)
    setTyped(null)
    combobox.closeDropdown()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take} withinPortal readOnly={readOnly}>
      <Combobox.Target>
        <InputBase
          label={label}
          description={help}
          error={error}
          readOnly={readOnly}
          value={typed ?? (value === '' ? '' : say(value))}
          placeholder={t('chooseEvent')}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.openDropdown()}
          onFocus={(event) => {
            selectAll(event)
            combobox.openDropdown()
          }}
          onBlur={() => {
            combobox.closeDropdown()
            if (own !== null) onChange(own)
            setTyped(null)
          }}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value)
            combobox.openDropdown()
            combobox.updateSelectedOptionIndex()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={300} style={{ overflowY: 'auto' }} aria-label={label} tabIndex={0}>
          {own !== null && (
            <Combobox.Option value={own}>
              {t('eventNamed')} <code>{own}</code>
            </Combobox.Option>
          )}
          {usual.length > 0 && (
            <Combobox.Group label={t('eventsOfConversations')}>
              {usual.map((type) => (
                <Combobox.Option key={type} value={type} active={type === value}>
                  {say(type)}
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
          {others.length > 0 && (
            <Combobox.Group label={t('eventsOfOthers')}>
              {others.map((type) => (
                <Combobox.Option key={type} value={type} active={type === value}>
                  <EventName type={type} />
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
          {found.length === 0 && own === null && <Combobox.Empty>{t('eventNone')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
