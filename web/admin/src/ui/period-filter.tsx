import { Group, Pill, Select, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { memo } from 'react'
import { fieldErrors } from '../api/problem.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import classes from './filter-bar.module.css'
import { dateFormat } from './formatters.ts'
import { type Moments, wholeDays } from './local-time.ts'
import { brief } from './moments.ts'
import { PERIODS, type Period, type Span } from './periods.ts'
import { SpanDialogue } from './span-dialogue.tsx'
import { uiTexts } from './texts.ts'

const BETWEEN = 'between'

type Set = (changes: Span) => unknown

type Asked = Span & {
  usual?: Period
  /** All, unless said. */
  periods?: readonly Period[]
  isRefused: boolean
  set: Set
}

/** A period that ends now, or a span of one's own. */
export const PeriodFilter = memo(function PeriodFilter(props: Asked) {
  const { period, from, to, usual, periods = PERIODS, isRefused, set } = props
  const t = useTexts(uiTexts)
  const [asking, { open, close }] = useDisclosure()
  const words = { PT1H: t('lastHour'), P1D: t('lastDay'), P7D: t('lastWeek'), P30D: t('lastMonth'), P90D: t('last90') }
  const isOwn = from !== undefined || to !== undefined
  return (
    <>
      <Select
        size="sm"
        className={classes.period}
        aria-label={t('period')}
        placeholder={usual ? words[usual] : t('period')}
        clearable
        data={[...periods.map((value) => ({ value, label: words[value] })), { value: BETWEEN, label: t('between') }]}
        value={isOwn ? BETWEEN : (period ?? null)}
        error={isRefused}
        onChange={(chosen) =>
          chosen !== BETWEEN && set({ period: (chosen as Period | null) ?? undefined, from: undefined, to: undefined })
        }
        // One's own that is chosen once more is asked for again, to be changed.
        onOptionSubmit={(chosen) => chosen === BETWEEN && open()}
      />
      {asking && (
        <SpanDialogue span={{ from, to }} close={close} choose={(span) => set({ ...span, period: undefined })} />
      )}
    </>
  )
})

/** The span that was chosen here or that a link led to, and what the program has against it. */
export function SpanChip({ from, to, said, set }: Moments & { said: string | undefined; set: Set }) {
  const t = useTexts(uiTexts)
  const language = useLanguage()
  const days = wholeDays({ from, to })
  const at = (moment: string) => brief(Date.parse(moment), language)
  return (
    <Group gap="xs" mb="sm">
      <Pill
        size="md"
        className={classes.span}
        withRemoveButton
        removeButtonProps={{ 'aria-label': t('clearSpan'), 'aria-hidden': false, tabIndex: 0 }}
        onRemove={() => set({ from: undefined, to: undefined })}
      >
        <Text span size="sm">
          {days === null
            ? [from && t('spanFrom', { at: at(from) }), to && t('spanTo', { at: at(to) })].filter(Boolean).join(', ')
            : dateFormat(language, { dateStyle: 'long' }).formatRange(...days)}
        </Text>
      </Pill>
      {said && (
        <Text size="sm" c="red" role="alert">
          {said}
        </Text>
      )}
    </Group>
  )
}

/** What the program has against the moments of a span, as a sentence. */
export function useSpanFault(refused: unknown): string | undefined {
  const t = useTexts(uiTexts)
  const { from, to } = fieldErrors(refused, useLanguage())
  return from !== undefined ? t('spanFromRefused', { said: from }) : to && t('spanToRefused', { said: to })
}
