import { Text } from '@mantine/core'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { Actor } from '../../ui/actor.tsx'
import { Facts } from '../../ui/facts.tsx'
import { StateBadge, type Tone } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { consumerWords } from '../words.ts'
import { eventTexts } from './texts.ts'
import type { Consumer } from './tree.ts'

const TONES: Record<Consumer['state'], Tone> = {
  passed: 'good',
  ahead: 'quiet',
  retrying: 'warm',
  waiting: 'warm',
  failed: 'bad',
  discarded: 'bad',
}

/** How far each reader of the log is with the event. */
export function Readers({ consumers }: { consumers: readonly Consumer[] }) {
  const t = useTexts(eventTexts)
  const language = useLanguage()
  return (
    <Facts
      facts={consumers.map(
        ({ name, state, attempts, error, at, settled }) =>
          [
            consumerWords(name, language),
            <div key={name}>
              <StateBadge tone={TONES[state]}>{t(`reader-${state}`)}</StateBadge>
              {attempts > 0 && (
                <Text size="sm" c="dimmed">
                  {t('attempts', { count: attempts })}
                  {at && (
                    <>
                      {' · '}
                      <When at={at} clock="wall" />
                    </>
                  )}
                </Text>
              )}
              {error && <Text size="sm">{error}</Text>}
              {settled.map((one) => (
                <SettledOnce key={one.at} settled={one} />
              ))}
            </div>,
          ] as const,
      )}
    />
  )
}

/** That it was set aside once, what failed, and what somebody did then. */
function SettledOnce({ settled }: { settled: Consumer['settled'][number] }) {
  const t = useTexts(eventTexts)
  const { attempts, error, setAsideAt, outcome, at, actor, reason } = settled
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t('wasSetAside', { attempts: t('attempts', { count: attempts }) })} · <When at={setAsideAt} clock="wall" />
      </Text>
      {error && <Text size="sm">{error}</Text>}
      <Text size="sm" c="dimmed">
        {t(outcome)}: <Actor actor={actor} /> · <When at={at} clock="wall" />
      </Text>
      {reason && <Text size="sm">{reason}</Text>}
    </div>
  )
}
