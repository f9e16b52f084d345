import { Text, UnstyledButton } from '@mantine/core'
import { memo } from 'react'
import { useTexts } from '../../app/texts.ts'
import { GROUP_TITLES, GROUPS } from '../model/kinds.ts'
import { DRAGGED } from './canvas.tsx'
import { useBuilder, useChosen } from './context.tsx'
import { KindIcon } from './kind-icon.tsx'
import classes from './palette.module.css'
import { builderTexts } from './texts.ts'

/** Every kind of step that can be done here, by what it is for: dragged onto the drawing, or put behind the chosen step by a click or Enter. */
export const Palette = memo(function Palette() {
  const t = useTexts(builderTexts)
  const { language, offered, add } = useBuilder()
  const chosen = useChosen()
  return (
    <nav className={classes.palette} aria-label={t('palette')}>
      <Text size="xs" c="dimmed" px={6} pb={4}>
        {chosen.length === 1 ? t('paletteBehind') : t('paletteAbout')}
      </Text>
      {GROUPS.map((group) => (
        <section key={group} aria-labelledby={`palette-${group}`}>
          <h2 id={`palette-${group}`} className={classes.group}>
            {GROUP_TITLES[group][language]}
          </h2>
          <ul className={classes.kinds}>
            {offered
              .filter((kind) => kind.group === group)
              .map(({ type, title, says }) => (
                <li key={type}>
                  <UnstyledButton
                    className={classes.kind}
                    data-group={group}
                    title={says[language]}
                    draggable
                    onDragStart={(event) => {
                      event.dataTransfer.setData(DRAGGED, type)
                      event.dataTransfer.effectAllowed = 'copy'
                    }}
                    onClick={() =>
                      add(type, chosen.length === 1 && chosen[0] !== undefined ? { id: chosen[0] } : undefined)
                    }
                  >
                    <span className={classes.icon}>
                      <KindIcon type={type} size={16} />
                    </span>
                    {title[language]}
                  </UnstyledButton>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </nav>
  )
})
