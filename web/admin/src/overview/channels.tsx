import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { percent } from '../ui/percent.ts'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { channelWords } from '../webhooks/deliveries/words.ts'
import { channelState, noWayOut, shareOf } from './figures.ts'
import classes from './overview.module.css'
import { standingQuery, UNTOLD } from './queries.ts'
import { Question } from './section.tsx'
import { overviewTexts } from './texts.ts'

const TONES: Record<ReturnType<typeof channelState>, Tone> = { good: 'good', some: 'warm', bad: 'bad', quiet: 'quiet' }

/** The program looks at so many of the newest that ended. */
const MOST_ENDED = 1_000

/** Each way out, by what became of what it sent last, and what found none. */
export function Channels() {
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const can = useCan()
  const { data } = useQuery(standingQuery)
  if (data === undefined || !can('deliveries:read')) return null
  const { channels } = data.deliveries
  const { failed: untold, notSetUp } = noWayOut(data)
  const without =
    notSetUp.length > 0 && t('notSetUp', { channels: notSetUp.map((one) => channelWords(one, language)).join(', ') })
  const sentences = (...told: (string | false)[]) => told.filter(Boolean).join(' ')
  return (
    <Question asks={t('channels')} about={t('channelsAbout')}>
      {channels.length === 0 && untold === 0 ? (
        <Text c="dimmed" size="sm">
          {sentences(t('noChannels'), without)}
        </Text>
      ) : (
        <ul className={classes.channels}>
          {untold > 0 && (
            <li>
              <Link {...UNTOLD}>
                <strong>{t('noChannel')}</strong>
                <StateBadge tone={TONES.bad}>{t('bad')}</StateBadge>
                <small>{sentences(t('untold', { count: untold }), without)}</small>
              </Link>
            </li>
          )}
          {channels.map((one) => {
            const { channel, delivered, failed, waiting, stuck } = one
            const state = channelState(one)
            const ended = delivered + failed
            return (
              <li key={channel}>
                <Link
                  to="/webhooks/deliveries"
                  search={{ channel, ...(ended > 0 && stuck === 0 ? { period: 'P1D' } : { status: 'pending' }) }}
                >
                  <strong>{channelWords(channel, language)}</strong>
                  <StateBadge tone={TONES[state]}>{t(state)}</StateBadge>
                  <small>
                    {[
                      ended > 0 &&
                        t(ended >= MOST_ENDED ? 'arrivedLatest' : 'arrived', {
                          count: ended,
                          share: percent(shareOf(delivered, ended), language),
                        }),
                      waiting > stuck && t('waitingOnes', { count: waiting - stuck }),
                      stuck > 0 && t('stuckOnes', { count: stuck }),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </small>
                </Link>
              </li>
            )
          })}
        </ul>
      )}
    </Question>
  )
}
