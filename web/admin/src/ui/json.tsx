import type { ReactNode } from 'react'
import { useTexts } from '../app/texts.ts'
import { Copy } from './copy.tsx'
import classes from './json.module.css'
import { uiTexts } from './texts.ts'

/** Of a long list, or an object with many members: the rest is in what can be copied. */
const MOST = 200
const LONG = 2_000

/** JSON to read: coloured, and what lies deeper than `open` levels folded. What people wrote stays text. */
export function Json({ value, open = 2 }: { value: unknown; open?: number }) {
  if (value === undefined) return <>—</>
  return (
    <div className={classes.json}>
      <span className={classes.corner}>
        <Copy value={JSON.stringify(value, null, 2)} />
      </span>
      <Value value={value} open={open} />
    </div>
  )
}

function Value({ value, open, name }: { value: unknown; open: number; name?: ReactNode }) {
  const t = useTexts(uiTexts)
  if (typeof value !== 'object' || value === null)
    return (
      <div className={classes.line}>
        {name}
        <Leaf value={value} />
      </div>
    )
  const list = Array.isArray(value)
  const members: [string, unknown][] = list ? value.map((each, i) => [String(i), each]) : Object.entries(value)
  const [left, right] = list ? ['[', ']'] : ['{', '}']
  if (members.length === 0)
    return (
      <div className={classes.line}>
        {name}
        {left}
        {right}
      </div>
    )
  return (
    <details open={open > 0}>
      <summary className={classes.line}>
        {name}
        {left}
        <span className={classes.count}>{t(list ? 'jsonItems' : 'jsonFields', { count: members.length })}</span>
      </summary>
      <div className={classes.inside}>
        {members.slice(0, MOST).map(([key, member]) => (
          <Value
            key={key}
            value={member}
            open={open - 1}
            name={list ? undefined : <span className={classes.key}>{key}: </span>}
          />
        ))}
        {members.length > MOST && (
          <div className={classes.count}>{t('jsonMore', { count: members.length - MOST })}</div>
        )}
      </div>
      <div className={classes.end}>{right}</div>
    </details>
  )
}

function Leaf({ value }: { value: unknown }) {
  const t = useTexts(uiTexts)
  if (typeof value !== 'string') return <span data-kind={value === null ? 'null' : typeof value}>{String(value)}</span>
  return (
    <span data-kind="string">
      {JSON.stringify(value.slice(0, LONG))}
      {value.length > LONG && <span className={classes.count}>{t('jsonLonger', { count: value.length - LONG })}</span>}
    </span>
  )
}
