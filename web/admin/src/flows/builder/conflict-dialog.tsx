import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { ChangeList } from '../change-list.tsx'
import { useBuilder, useDraftState } from './context.tsx'
import { builderTexts } from './texts.ts'

/** Somebody else saved first: what differs, and whose it shall be. Nothing is overwritten before somebody says so. */
export function ConflictDialog() {
  const t = useTexts(builderTexts)
  const { draft } = useBuilder()
  const state = useDraftState()
  const sentence = useSentence()
  const taking = useAct({ act: draft.takeTheirs, quiet: true })
  const { conflict } = state
  if (conflict === null) return null
  return (
    <Dialogue opened onClose={() => {}} withCloseButton={false} title={t('conflictTitle')} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          {t('conflictAbout')}
        </Text>
        <ChangeList changes={conflict.changes} graph={state.history.present} />
        {taking.isError && (
          <Alert color="red" role="alert">
            {sentence(taking.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" loading={taking.isPending} onClick={() => taking.mutate()}>
            {t('conflictTheirs')}
          </Button>
          <Button
            color="red"
            disabled={taking.isPending}
            onClick={() => {
              taking.reset()
              draft.keepMine()
            }}
          >
            {t('conflictMine')}
          </Button>
        </Group>
      </Stack>
    </Dialogue>
  )
}
