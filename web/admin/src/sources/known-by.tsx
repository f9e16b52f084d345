import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useKeyNames } from '../api/key-names.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import type { Pair } from './systems.ts'
import { sourcesTexts } from './texts.ts'
import { headerText } from './values.ts'

/** By what a system is known, each way in a line. Any of them is enough; of headers, all must be there. */
export function KnownBy({ knownBy }: Pick<Pair['systems'][number], 'knownBy'>) {
  const t = useTexts(sourcesTexts)
  const { keys = [], sources = [], headers = {}, brokerUsers = [] } = knownBy
  const marks = (all: readonly string[]) => all.map((mark) => <code key={mark}>{mark}</code>)
  return (
    <>
      <Ways title={t('keys')} all={keys.map((id) => <KeyName key={id} id={id} />)} />
      <Ways title={t('source')} all={marks(sources)} />
      <Ways title={t('headers')} all={marks(Object.entries(headers).map(headerText))} between=" + " />
      <Ways title={t('brokerUsers')} all={marks(brokerUsers)} />
    </>
  )
}

function Ways({ title, all, between = ', ' }: { title: string; all: readonly ReactNode[]; between?: string }) {
  if (all.length === 0) return null
  return (
    <Text size="sm">
      <Text span size="sm" c="dimmed">
        {title}:
      </Text>{' '}
      {all.flatMap((way, at) => (at === 0 ? [way] : [between, way]))}
    </Text>
  )
}

function KeyName({ id }: { id: string }) {
  const name = useKeyNames().get(id)
  const can = useCan()
  if (name === undefined || !can('keys:read')) return <code>{id}</code>
  return (
    <Link to="/settings/keys" search={{ selected: id }}>
      {name}
    </Link>
  )
}
