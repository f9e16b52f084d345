import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { Actor } from '../ui/actor.tsx'
import { ConfirmAct, ConfirmDialogue } from '../ui/confirm-act.tsx'
import { useSentence } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Lasting, When } from '../ui/when.tsx'
import { Comparison } from './comparison.tsx'
import { EditPair } from './edit.tsx'
import { Held } from './held.tsx'
import { KnownBy } from './known-by.tsx'
import { followerOf, type Pair } from './systems.ts'
import { sourcesTexts } from './texts.ts'

/** A pair: how the two compare, what is kept of the follower, and the switch. */
export function PairDetail({ pair, gone }: { pair: Pair; gone: () => void }) {
  const t = useTexts(sourcesTexts)
  const may = useCan()('sources:write')
  const [editing, edit] = useDisclosure()
  const { lastSwitch } = pair
  const path = { pair: pair.id }
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ...[...pair.systems]
            .sort((a, b) => b.role.localeCompare(a.role))
            .map(
              ({ name, role, knownBy }) =>
                [
                  t(role),
                  <div key={name}>
                    <strong>{name}</strong>
                    <KnownBy knownBy={knownBy} />
                  </div>,
                ] as const,
            ),
          [t('namespace'), <code key="namespace">{pair.namespace}</code>],
          [t('window'), <Lasting key="window" of={pair.window} />],
          [
            t('lastSwitch'),
            lastSwitch ? (
              <span key="last">
                {t('switchedTo', lastSwitch)} · <When clock="wall" at={lastSwitch.endedAt} /> ·{' '}
                <Actor actor={lastSwitch.actor} /> · {t('published', { count: lastSwitch.published })}
              </span>
            ) : undefined,
          ],
        ]}
      />
      <Comparison pair={pair.id} />
      {may && (
        <Group gap="xs">
          {pair.switching === null && <SwitchLeader pair={pair} />}
          <Button variant="default" onClick={edit.open}>
            {t('edit')}
          </Button>
          <ConfirmAct
            label={t('dissolve')}
            button={{ variant: 'subtle', color: 'red' }}
            title={t('dissolveAsk', { pair: pair.id })}
            consequence={t('dissolveAbout')}
            confirm={t('dissolve')}
            danger
            act={() => api.DELETE('/api/v1/sources/{pair}', { params: { path } })}
            done={t('dissolved')}
            refresh={[['sources']]}
            after={gone}
          />
        </Group>
      )}
      <Held pair={pair.id} />
      {editing && <EditPair pair={pair} close={edit.close} />}
    </Stack>
  )
}

/** The switch; what it would publish is counted before one is asked. */
function SwitchLeader({ pair }: { pair: Pair }) {
  const t = useTexts(sourcesTexts)
  const [opened, { open, close }] = useDisclosure()
  const to = followerOf(pair)
  return (
    <>
      <Button onClick={open}>{t('switch', { to })}</Button>
      <ConfirmDialogue
        opened={opened}
        close={close}
        title={t('switchAsk', { to })}
        consequence={opened && <WhatWouldHappen pair={pair} to={to} />}
        confirm={t('switch', { to })}
        act={() =>
          body(api.POST('/api/v1/sources/{pair}/switch', { params: { path: { pair: pair.id } }, body: { to } }))
        }
        done={({ done }) => t(done === false ? 'switchedOn' : 'switched', { to })}
        refresh={[['sources']]}
      />
    </>
  )
}

function WhatWouldHappen({ pair, to }: { pair: Pair; to: string }) {
  const t = useTexts(sourcesTexts)
  const sentence = useSentence()
  const from = pair.leader
  const asked = useQuery({
    queryKey: ['sources', 'preview', pair.id, to],
    queryFn: ({ signal }) =>
      body(
        api.POST('/api/v1/sources/{pair}/switch', {
          params: { path: { pair: pair.id } },
          body: { to, preview: true },
          signal,
        }),
      ),
    staleTime: 0,
  })
  return (
    <Stack gap="xs">
      <Text>{t('switchAbout', { from, to })}</Text>
      {asked.isPending && <Text c="dimmed">{t('counting')}</Text>}
      {asked.isError && <Text c="red">{sentence(asked.error)}</Text>}
      {asked.data && (
        <>
          <Text>{t('wouldPublish', { count: asked.data.wouldPublish?.count ?? 0, from })}</Text>
          {(asked.data.wouldStayHeld?.count ?? 0) > 0 && (
            <Text>{t('wouldHold', { count: asked.data.wouldStayHeld?.count ?? 0 })}</Text>
          )}
        </>
      )}
    </Stack>
  )
}
