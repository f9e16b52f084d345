import { Button, Group, ScrollArea, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../../app/texts.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { ChangeList } from '../change-list.tsx'
import type { Joining } from '../model/draft.ts'
import { useBuilder, useChosen, useDraftState } from './context.tsx'
import { builderTexts } from './texts.ts'
import { useSaver } from './use-saver.ts'

const ID = 'flow-joined'

/** Tells that what others saved is in the drawing now, and shows it to who asks. */
export function JoiningNotice() {
  const t = useTexts(builderTexts)
  const { choose } = useBuilder()
  const chosen = useChosen()
  const { joining, history } = useDraftState()
  const [shown, setShown] = useState<Joining | null>(null)
  const saver = useSaver(joining?.by ?? null)
  /** What was told already when the page was opened is no news. */
  const opened = useRef(joining)
  const followed = useRef(joining)
  const shownFor = useRef(joining)
  useEffect(() => {
    if (joining === null || followed.current === joining) return
    followed.current = joining
    const { renames } = joining
    if (chosen.some((id) => renames.has(id))) choose(chosen.map((id) => renames.get(id) ?? id))
  }, [joining, chosen, choose])
  useEffect(() => {
    if (joining === null || joining === opened.current) return
    const { changes } = joining
    // Shown anew where it was learnt meanwhile what they are called.
    const isNew = shownFor.current !== joining
    shownFor.current = joining
    const tell = isNew ? notifications.show : notifications.update
    if (isNew) notifications.hide(ID)
    tell({
      id: ID,
      color: 'current',
      autoClose: 10_000,
      message: (
        <Stack gap={4} align="flex-start">
          <Text size="sm">{saver === null ? t('joinedBothSelf') : t('joinedBoth', { who: saver })}</Text>
          {changes !== null && changes.length > 0 && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(ID)
                setShown(joining)
              }}
            >
              {t('joinedShow')}
            </Button>
          )}
        </Stack>
      ),
    })
  }, [joining, saver, t])
  useEffect(() => () => void notifications.hide(ID), [])
  if (shown === null) return null
  return (
    <Dialogue
      opened
      onClose={() => setShown(null)}
      title={t('joinedTitle')}
      size="lg"
      scrollAreaComponent={ScrollArea.Autosize}
    >
      <Stack>
        <ChangeList changes={shown.changes ?? []} graph={history.present} />
        <Group justify="flex-end">
          <Button onClick={() => setShown(null)}>{t('joinedClose')}</Button>
        </Group>
      </Stack>
    </Dialogue>
  )
}
