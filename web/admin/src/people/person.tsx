import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMessagePlus, IconPencil } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { BeginConversation } from '../conversations/begin.tsx'
import { conversationTexts } from '../conversations/texts.ts'
import { CopyId } from '../ui/copy.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Json } from '../ui/json.tsx'
import { localeName } from '../ui/locale-name.ts'
import { Waiting } from '../ui/waiting.tsx'
import { addressesOf, isBare, KINDS } from './contact.ts'
import { useContact } from './contact-query.ts'
import { EditPerson } from './edit.tsx'
import { peopleTexts } from './texts.ts'
import { PersonTimeline } from './timeline.tsx'

export function PersonName({ id }: { id: string }) {
  return <>{useContact(id).data?.name ?? id}</>
}

/** A name of so many letters may be cut off where it is a heading. */
const LONG = 60

/** All of one person: who they are, how they are reached, and what happened. */
export function Person({ id }: { id: string }) {
  const t = useTexts(peopleTexts)
  const can = useCan()
  const { data, error, refetch } = useContact(id)
  const navigate = useNavigate()
  const language = useLanguage()
  const said = useTexts(conversationTexts)
  const [editing, { open, close }] = useDisclosure()
  const [beginning, begin] = useDisclosure()
  if (error) return <ErrorState error={error} retry={() => refetch()} />
  if (data === undefined) return <Waiting lines={8} />
  const other = Object.keys(data.attributes).length
  return (
    <Stack gap="lg">
      <Group gap="md" fz="sm">
        {can('conversations:write') && (
          <>
            <Button variant="default" leftSection={<IconMessagePlus size={16} />} onClick={begin.open}>
              {said('begin')}
            </Button>
            <Button variant="default" leftSection={<IconPencil size={16} />} onClick={open}>
              {t('edit')}
            </Button>
          </>
        )}
        <Link to="/conversations" search={{ person: id }}>
          {t('conversations')}
        </Link>
        {can('notifications:read') && (
          <Link to="/notifications/inbox" search={{ person: id }}>
            {t('inbox')}
          </Link>
        )}
      </Group>
      {isBare(data) && <Text c="dimmed">{t('onlyEvents')}</Text>}
      <Facts
        facts={[
          // The heading above has room for three lines.
          [t('name'), (data.name ?? '').length > LONG ? data.name : undefined],
          [t('id'), <CopyId key="id" id={id} />],
          ...KINDS.map((kind) => {
            const addresses = addressesOf(data, kind)
            return [t(kind), addresses.length === 0 ? undefined : addresses.join(', ')] as const
          }),
          [t('language'), data.locale === null ? undefined : localeName(data.locale, language)],
          [t('zone'), data.timeZone ?? undefined],
        ]}
      />
      {other > 0 && (
        <section>
          <Title order={3} mb="xs">
            {t('attributes')}
          </Title>
          <Facts facts={Object.entries(data.attributes).map(([name, value]) => [name, shownValue(value)])} />
        </section>
      )}
      <section>
        <Title order={3} mb="sm">
          {t('timeline')}
        </Title>
        <PersonTimeline id={id} />
      </section>
      {editing && <EditPerson contact={data} close={close} />}
      {beginning && (
        <BeginConversation
          person={id}
          close={begin.close}
          made={(selected) => navigate({ to: '/conversations', search: { selected } })}
        />
      )}
    </Stack>
  )
}

/** A list or an object opens; all else is read as it is. */
const shownValue = (value: unknown) =>
  typeof value === 'object' && value !== null ? <Json value={value} open={0} /> : String(value)
