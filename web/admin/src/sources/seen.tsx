import { Link } from '@tanstack/react-router'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { EventName } from '../events/explorer/name.tsx'
import { When } from '../ui/when.tsx'
import { sourcesTexts } from './texts.ts'

type Example = { id: string; type: string; subject: string; at: string; published: boolean }

/** What one system sent, with the way to it where it was published. */
export function SeenEvent({ id, type, subject, at, published }: Example) {
  const can = useCan()
  return (
    <>
      {published && can('events:read') ? (
        <Link to="/events/$id" params={{ id }}>
          <EventName type={type} />
        </Link>
      ) : (
        <EventName type={type} />
      )}{' '}
      · {subject} · <When clock="wall" at={at} />
    </>
  )
}

/** One event of the comparison. */
export function Seen(example: Example) {
  const t = useTexts(sourcesTexts)
  return (
    <>
      <SeenEvent {...example} />
      {!example.published && ` · ${t('onlyKept')}`}
    </>
  )
}
