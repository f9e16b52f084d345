import { Skeleton } from '@mantine/core'
import { useTexts } from '../app/texts.ts'
import { uiTexts } from './texts.ts'

const WIDTHS = ['92%', '78%', '88%', '64%', '83%', '71%', '90%', '58%']

/** What is still on its way, in its place: lines of a text or rows of a list. */
export function Waiting({ lines = 6, height = 18, gap = 13 }: { lines?: number; height?: number; gap?: number }) {
  const t = useTexts(uiTexts)
  return (
    <div role="status" data-waiting aria-label={t('loading')}>
      {WIDTHS.slice(0, lines).map((width) => (
        <Skeleton key={width} width={width} height={height} my={gap} radius="sm" />
      ))}
    </div>
  )
}
