import { Stack, Text } from '@mantine/core'
import type { Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { lengthWords } from '../ui/durations.ts'
import { Facts } from '../ui/facts.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { When } from '../ui/when.tsx'
import classes from './events.module.css'
import { Seen } from './seen.tsx'
import { isSeen } from './systems.ts'
import { sourcesTexts } from './texts.ts'

const LONGEST = 120
/** A value as it is written in the event; nothing where it has none. */
const shown = (value: unknown): string => {
  const text = value === undefined ? '—' : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** What came of a comparison. */
export function Compared({ it, isEnded }: { it: Schema<'SourceComparison'>; isEnded: boolean }) {
  const t = useTexts(sourcesTexts)
  const language = useLanguage()
  const lag = it.lagMs?.p50
  const otherThan = (name: string) => Object.keys(it.only).find((other) => other !== name) ?? '—'
  if (!isSeen(it)) return <Text c="dimmed">{t('none')}</Text>
  return (
    <Stack gap="xs">
      <div>
        <StateBadge tone={it.agree ? 'good' : 'warm'}>{t(it.agree ? 'agree' : 'disagree')}</StateBadge>{' '}
        <Text span size="sm" c="dimmed">
          {t('came')} <When clock="wall" at={it.from} />
          {isEnded && (
            <>
              {' '}
              {t('until')} <When clock="wall" at={it.to} />
            </>
          )}
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
              <Text component="ul" size="sm" className={classes.events}>
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
          <Text component="ul" size="sm" className={classes.events}>
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
