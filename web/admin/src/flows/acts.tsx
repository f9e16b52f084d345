import { ActionIcon, Button, Group, Stack, TextInput } from '@mantine/core'
import { IconBolt, IconMessage, IconTrash } from '@tabler/icons-react'
import { useTexts } from '../app/texts.ts'
import classes from './acts.module.css'
import { DurationInput } from './builder/fields/duration-field.tsx'
import { EventInput } from './builder/fields/event-field.tsx'
import { FieldsInput } from './fields-input.tsx'
import type { Data } from './model/graph.ts'
import type { Act } from './model/scenario.ts'
import { flowTexts } from './texts.ts'
import { useExamples } from './use-examples.ts'

/** What happens after the beginning: what the person writes, and events, each at its time. */
export function ActsInput<One extends Act>({
  acts,
  dataLike,
  onChange,
}: {
  acts: readonly One[]
  /** The data of an event to start from, of the example of its type. */
  dataLike: (type: string, example: unknown) => Data
  onChange: (acts: readonly One[]) => void
}) {
  const t = useTexts(flowTexts)
  const exampleOf = useExamples()
  const put = (i: number, act: Act) => onChange(acts.map((one, j) => (i === j ? ({ ...one, ...act } as One) : one)))
  const add = (act: Act) => onChange([...acts, act as One])
  return (
    <Stack gap="xs">
      {acts.map((act, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an act is known by its place
        <div key={i} className={classes.act}>
          <div className={classes.head}>
            <div className={classes.when}>
              <DurationInput
                label={t('actAfter')}
                readOnly={false}
                value={act.after}
                onChange={(after) => put(i, { ...act, after: after ?? 'PT0S' })}
              />
            </div>
            <ActionIcon aria-label={t('actRemove')} mb={4} onClick={() => onChange(acts.filter((_one, j) => j !== i))}>
              <IconTrash size={16} />
            </ActionIcon>
          </div>
          {act.kind === 'reply' ? (
            <TextInput
              label={t('actReply')}
              error={act.text.trim() === '' ? t('actReplyEmpty') : undefined}
              value={act.text}
              onChange={({ currentTarget }) => put(i, { ...act, text: currentTarget.value })}
            />
          ) : (
            <>
              <EventInput
                label={t('actEvent')}
                mood="when"
                readOnly={false}
                value={act.type}
                onChange={async (type) => {
                  if (type !== act.type) put(i, { ...act, type, data: dataLike(type, await exampleOf(type)) })
                }}
              />
              <FieldsInput label={t('actData')} value={act.data} onChange={(data) => put(i, { ...act, data })} />
            </>
          )}
        </div>
      ))}
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconMessage size={14} />}
          onClick={() => add({ after: 'P1D', kind: 'reply', text: t('replyText') })}
        >
          {t('addReply')}
        </Button>
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconBolt size={14} />}
          onClick={async () => {
            const type = 'encounter.closed'
            add({ after: 'P1D', kind: 'event', type, data: dataLike(type, await exampleOf(type)) })
          }}
        >
          {t('addEvent')}
        </Button>
      </Group>
    </Stack>
  )
}
