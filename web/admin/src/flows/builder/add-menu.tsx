import { Popover, ScrollArea, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import { useTexts } from '../../app/texts.ts'
import { plain } from '../../ui/plain.ts'
import { GROUP_TITLES, GROUPS } from '../model/kinds.ts'
import classes from './add-menu.module.css'
import { useBuilder } from './context.tsx'
import { KindIcon } from './kind-icon.tsx'
import { builderTexts } from './texts.ts'

/** A list of kinds of steps to add one behind another: found by words, chosen by arrow keys or mouse. */
export function AddMenu({
  behind,
  children,
}: {
  behind: { id: string; way?: string }
  children: (open: () => void) => ReactNode
}) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={300}
      position="bottom"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>{children(() => setOpened(true)) as never}</Popover.Target>
      <Popover.Dropdown p={0} className="nowheel">
        {opened && <Choices behind={behind} onDone={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function Choices({ behind, onDone }: { behind: { id: string; way?: string }; onDone: () => void }) {
  const t = useTexts(builderTexts)
  const { language, offered, add } = useBuilder()
  const [sought, setSought] = useState('')
  const [at, setAt] = useState(0)
  const listId = useId()
  const words = plain(sought)
  const found = offered.filter(
    ({ title, says, starts }) => starts !== true && plain(`${title[language]} ${says[language]}`).includes(words),
  )
  const take = (type: string | undefined) => {
    if (type === undefined) return
    onDone()
    focusStep(add(type, behind))
  }
  return (
    <div>
      <TextInput
        data-autofocus
        variant="unstyled"
        px="sm"
        leftSection={<IconSearch size={16} />}
        placeholder={t('addSearch')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[at] === undefined ? undefined : `${listId}-${found[at].type}`}
        aria-label={t('addSearch')}
        value={sought}
        onChange={({ currentTarget }) => {
          setSought(currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step !== undefined) {
            event.preventDefault()
            const next = (at + step + found.length) % Math.max(1, found.length)
            setAt(next)
            document.getElementById(`${listId}-${found[next]?.type}`)?.scrollIntoView({ block: 'nearest' })
          }
          if (event.key === 'Enter') {
            event.preventDefault()
            take(found[at]?.type)
          }
          event.stopPropagation()
        }}
      />
      <ScrollArea.Autosize mah={320} type="auto">
        <div role="listbox" id={listId} aria-label={t('palette')} className={classes.list}>
          {GROUPS.map((group) => {
            const kinds = found.filter((kind) => kind.group === group)
            if (kinds.length === 0) return null
            return (
              // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
              <div key={group} role="group" aria-label={GROUP_TITLES[group][language]}>
                <div className={classes.group} aria-hidden>
                  {GROUP_TITLES[group][language]}
                </div>
                {kinds.map((kind) => (
                  <div
                    key={kind.type}
                    id={`${listId}-${kind.type}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={found[at] === kind}
                    className={classes.option}
                    onMouseEnter={() => setAt(found.indexOf(kind))}
                    onClick={() => take(kind.type)}
                    onKeyDown={() => {}}
                  >
                    <KindIcon type={kind.type} />
                    <span>{kind.title[language]}</span>
                  </div>
                ))}
              </div>
            )
          })}
          {found.length === 0 && <div className={classes.none}>{t('addNone')}</div>}
        </div>
      </ScrollArea.Autosize>
    </div>
  )
}

/** The button that it was added by may be gone: the keys go on at the new step, as soon as it is drawn and the menu is away. */
export function focusStep(id: string, tries = 20): void {
  setTimeout(() => {
    const step = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    step?.focus({ preventScroll: true })
    if (document.activeElement !== step && tries > 0) focusStep(id, tries - 1)
  }, 25)
}
