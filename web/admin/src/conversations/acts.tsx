import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import {
  IconArrowBackUp,
  IconCheck,
  IconClockPlus,
  IconDots,
  IconLink,
  IconPlayerPause,
  IconRobot,
  IconTransfer,
  IconUserPlus,
} from '@tabler/icons-react'
import { useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { useSession } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { AssignDialogue, CloseDialogue, ExtendDialogue, SnoozeDialogue, TransferDialogue } from './dialogues.tsx'
import { LinkDialogue, usePersonLink } from './link.tsx'
import { conversationTexts } from './texts.ts'

type Asked = 'assign' | 'transfer' | 'snooze' | 'extend' | 'close'

const REFRESH = [['conversations']] as const

/** What whoever attends can do with a conversation: the likely next thing as a button, the rest in a menu. */
export function Acts({ conversation }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const { user } = useSession()
  const [asked, setAsked] = useState<Asked | null>(null)
  const { id, status, handling } = conversation
  const params = { path: { id } }
  const taking = useAct({
    act: () =>
      body(
        api.POST('/api/v1/encounters/{id}/assign', {
          params,
          body: { user: user?.id ?? null, team: conversation.team, from: conversation.user },
        }),
      ),
    done: t('taken'),
    refresh: REFRESH,
  })
  const returning = useAct({
    act: () => body(api.POST('/api/v1/encounters/{id}/return', { params, body: {} })),
    done: t('giveBackDone'),
    refresh: REFRESH,
  })
  const leaving = useAct({
    act: () => body(api.POST('/api/v1/encounters/{id}/bot', { params, body: {} })),
    done: t('toBotDone'),
    refresh: REFRESH,
  })
  const link = usePersonLink(id)
  if (status === 'closed') return null
  const mine = user !== null && conversation.user === user.id && handling === 'assigned'
  const pending = taking.isPending || returning.isPending || leaving.isPending
  const close = () => setAsked(null)
  const dialogue = { conversation, close }
  return (
    <Group gap="xs">
      {user !== null && !mine && (
        <Button onClick={() => taking.mutate()} loading={taking.isPending}>
          {t('take')}
        </Button>
      )}
      <Button variant="default" leftSection={<IconCheck size={16} />} onClick={() => setAsked('close')}>
        {t('close')}
      </Button>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('more')} loading={pending && !taking.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUserPlus size={16} />} onClick={() => setAsked('assign')}>
            {t('assign')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTransfer size={16} />} onClick={() => setAsked('transfer')}>
            {t('transfer')}
          </Menu.Item>
          {handling !== 'queued' && (
            <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => returning.mutate()}>
              {t('giveBack')}
            </Menu.Item>
          )}
          {handling !== 'bot' && (
            <Menu.Item leftSection={<IconRobot size={16} />} onClick={() => leaving.mutate()}>
              {t('toBot')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={() => setAsked('snooze')}>
            {t('snooze')}
          </Menu.Item>
          <Menu.Item leftSection={<IconClockPlus size={16} />} onClick={() => setAsked('extend')}>
            {t('extend')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLink size={16} />} onClick={() => link.make()}>
            {t('link')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === 'assign' && <AssignDialogue ids={[id]} now={conversation} close={close} />}
      {asked === 'transfer' && <TransferDialogue {...dialogue} />}
      {asked === 'snooze' && <SnoozeDialogue {...dialogue} />}
      {asked === 'extend' && <ExtendDialogue {...dialogue} />}
      {asked === 'close' && <CloseDialogue ids={[id]} close={close} />}
      <LinkDialogue link={link} />
    </Group>
  )
}
