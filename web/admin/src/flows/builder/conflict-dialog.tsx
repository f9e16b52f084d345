import { Button, Group, Stack, Text } from '@mantine/core'
import { useTexts } from '../../app/texts.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { ChangeList } from '../change-list.tsx'
import { useBuilder, useDraftState } from './context.tsx'
import { builderTexts } from './texts.ts'

/** Somebody else saved first: what differs, and whose it shall be. Nothing is overwritten before somebody says so. */
export function ConflictDialog() {
  const t = useTexts(builderTexts)
  const { draft } = useBuilder()
  const state = useDraftState()
  const { conflict } = state
  if (conflict === null) return null
  return (
    <Dialogue opened onClose={() => {}} withCloseButton={false} title={t('conflictTitle')} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          {t('conflictAbout')}
        </Text>
        <ChangeList changes={conflict.changes} graph={state.history.present} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => void draft.takeTheirs()}>
            {t('conflictTheirs')}
          </Button>
          <Button color="red" onClick={draft.keepMine}>
            {t('conflictMine')}
          </Button>
        </Group>
      </Stack>
    </Dialogue>
  )
}
