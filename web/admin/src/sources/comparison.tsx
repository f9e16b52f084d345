import { Stack, Text, Title } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { lengthWords } from '../ui/durations.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { sourcesTexts } from './texts.ts'

const LONGEST = 120
/** A value as it is written in the event; nothing where it has none. */
const shown = (value: unknown): string => {
  const text = value === undefined ? '—' : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

export const comparisonQuery = (pair: string) =>
  queryOptions({
    queryKey: ['sources', 'comparison', pair],
    queryFn: ({ signal }) => body(api.GET('/api/v1/sources/{pair}/comparison', { params: { path: { pair } }, signal })),
  })

/** Whether anything came of either, in the time that is compared. */
const isSeen = ({ ways }: { ways: object }): boolean =>
  Object.values(ways as Record<string, number>).some((count) => count > 0)

/** Whether the streams of a pair agree, in a word. */
export function Agreement({ pair }: { pair: string }) {
  const t = useTexts(sourcesTexts)
  const { data } = useQuery(comparisonQuery(pair))
  if (data === undefined) return <>…</>
  if (!isSeen(data)) return <StateBadge tone="quiet">{t('quiet')}</StateBadge>
  return <StateBadge tone={data.agree ? 'good' : 'warm'}>{t(data.agree ? 'agree' : 'disagree')}</StateBadge>
}

/** How the two streams compare: what one sent and the other did not, what differs, and who is later. */
export function Comparison({ pair }: { pair: string }) {
  const t = useTexts(sourcesTexts)
  const language = useLanguage()
  const asked = useQuery(comparisonQuery(pair))
  if (asked.isPending) return <Waiting />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => asked.refetch()} />
  const it = asked.data
  const seen = isSeen(it)
  const lag = it.lagMs?.p50
  const otherThan = (name: string) => Object.keys(it.only).find((other) => other !== name) ?? '—'
  return (
    <section aria-label={t('comparison')}>
      <Title order={3} size="h4" mb="xs">
        {t('comparison')}
      </Title>
      {!seen ? (
        <Text c="dimmed">{t('none')}</Text>
      ) : (
        <Stack gap="xs">
          <div>
            <StateBadge tone={it.agree ? 'good' : 'warm'}>{t(it.agree ? 'agree' : 'disagree')}</StateBadge>{' '}
            <Text span size="sm" c="dimmed">
              {t('came')} <When clock="wall" at={it.from} />
            </Text>
          </div>
          {it.truncated && <Text size="sm">{t('truncated')}</Text>}
          <Facts
            facts={[
              [t('both'), it.both],
              ...Object.entries(it.only).map(
                ([name, part]) =>
                  [t('onlyOne', { name }), <Missing key={name} other={otherThan(name)} {...part} />] as const,
              ),
              [t('differing'), it.differing.count],
              [
                t('fields'),
                it.differing.count > 0
                  ? Object.entries(it.differing.fields as Record<string, number>)
                      .map(([field, count]) => `${field} (${count})`)
                      .join(', ') || undefined
                  : undefined,
              ],
              [
                t('lag'),
                lag === undefined
                  ? undefined
                  : t(lag < 0 ? 'earlier' : 'later', { time: lengthWords(Math.abs(lag), language) }),
              ],
            ]}
          />
          {Object.entries(it.only).map(
            ([name, { count, examples }]) =>
              examples.length > 0 && (
                <section key={name} aria-label={t('onlyOne', { name })}>
                  <Text fw={500}>
                    {t('onlyOne', { name })}
                    {count > examples.length && ` · ${t('oldest', { count: examples.length })}`}
                  </Text>
                  <Text component="ul" size="sm" my={0}>
                    {examples.map((example) => (
                      <li key={example.id}>
                        <Seen {...example} />
                      </li>
                    ))}
                  </Text>
                </section>
              ),
          )}
          {it.differing.examples.length > 0 && (
            <>
              <Text fw={500}>{t('examples')}</Text>
              <Text component="ul" size="sm" my={0}>
                {it.differing.examples.slice(0, 5).map(({ fields = [], values = {}, ...example }) => (
                  <li key={example.id}>
                    <Seen {...example} />
                    {fields.map((field) => (
                      <Text key={field} size="sm" style={{ overflowWrap: 'anywhere' }}>
                        {field}:{' '}
                        {Object.keys(it.ways as object)
                          .map((system) => `${system} ${t('says', { value: shown(values[field]?.[system]) })}`)
                          .join(' · ')}
                      </Text>
                    ))}
                  </li>
                ))}
              </Text>
            </>
          )}
        </Stack>
      )}
    </section>
  )
}

/** How many came by one system only, and how many of them may still come by the other. */
function Missing({ count, mayStillCome, other }: { count: number; mayStillCome: number; other: string }) {
  const t = useTexts(sourcesTexts)
  const late = count - mayStillCome
  return (
    <>
      {count}
      {late > 0 && ` · ${t('notThere', { count: late, other })}`}
      {mayStillCome > 0 && ` · ${t('mayStillCome', { count: mayStillCome, other })}`}
    </>
  )
}

type Example = { id: string; type: string; subject: string; at: string; published: boolean }

/** One event of the comparison, with the way to it where it was published. */
function Seen({ id, type, subject, at, published }: Example) {
  const t = useTexts(sourcesTexts)
  const can = useCan()
  const name = <code>{type}</code>
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      {published && can('events:read') ? (
        <Link to="/events/$id" params={{ id }}>
          {name}
        </Link>
      ) : (
        name
      )}{' '}
      · {subject} · <When clock="wall" at={at} />
      {!published && ` · ${t('onlyKept')}`}
    </span>
  )
}
