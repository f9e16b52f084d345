import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { numberFormat } from '../../ui/formatters.ts'
import type { Flow } from '../queries.ts'
import { flowTexts } from '../texts.ts'
import classes from './runs-bar.module.css'

const PARTS = [
  { name: 'waiting', tone: 'warm' },
  { name: 'completed', tone: 'good' },
  { name: 'failed', tone: 'bad' },
  { name: 'cancelled', tone: 'quiet' },
] as const

/** What became of the newest runs: a bar for the eye, figures in words for everybody. */
export function RunsBar({ runs }: { runs: Flow['runs'] }) {
  const t = useTexts(flowTexts)
  const language = useLanguage()
  const sum = PARTS.reduce((all, { name }) => all + runs[name], 0)
  if (sum === 0) return <span className={classes.none}>{t('noRuns')}</span>
  const there = PARTS.filter(({ name }) => runs[name] > 0)
  return (
    <div>
      <div className={classes.bar} aria-hidden>
        {there.map(({ name, tone }) => (
          <span key={name} data-tone={tone} style={{ flexGrow: runs[name] }} />
        ))}
      </div>
      <ul className={classes.figures}>
        {there.map(({ name, tone }) => (
          <li key={name} data-tone={tone}>
            {t(name)} <b>{numberFormat(language).format(runs[name])}</b>
          </li>
        ))}
      </ul>
    </div>
  )
}
