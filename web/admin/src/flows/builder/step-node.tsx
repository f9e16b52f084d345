import { IconAlertTriangle, IconPlus, IconUser } from '@tabler/icons-react'
import { Handle, type Node, type NodeProps, Position, useUpdateNodeInternals } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'
import type { Language } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { numberFormat } from '../../ui/formatters.ts'
import type { CanvasNode, CanvasWay } from '../model/canvas.ts'
import { labelOf } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { type Names, sentenceOf, titleOf } from '../model/sentences.ts'
import { isBadNews, wayWords } from '../model/ways.ts'
import { AddMenu } from './add-menu.tsx'
import { useBuilder } from './context.tsx'
import { KindIcon } from './kind-icon.tsx'
import classes from './step-node.module.css'
import { builderTexts } from './texts.ts'

/** What is drawn of a step; two that are equal are drawn once. */
export type StepData = {
  item: CanvasNode
  names: Names
  language: Language
  faults: number
  warnings: number
  /** Runs that wait here. */
  standing: number
  /** While a walk is shown: it came by here, it stands here, or it did neither. */
  lit: 'no' | 'been' | 'here' | null
  changed: boolean
}
export type StepNodeType = Node<StepData, 'step'>

/** A step: what it does in a sentence, its ways out below. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<StepNodeType>) {
  const { item, names, language, faults, warnings, standing, lit, changed } = data
  const t = useTexts(builderTexts)
  const { node, ways } = item
  const kind = KINDS.get(node.type)
  const label = labelOf(node)
  const sentence = sentenceOf(node, language, names)
  const shown = shownWays(ways, selected === true)
  const single = shown.length === 1 && kind?.forks !== true ? shown[0] : undefined
  const places = shown.map(({ id: way, used }) => `${way}${used}`).join()
  const update = useUpdateNodeInternals()
  const drawn = useRef(places)
  useEffect(() => {
    // A new step is measured anyway; each measuring looks at every step and edge.
    if (drawn.current === places) return
    drawn.current = places
    update(id)
  }, [update, id, places])
  return (
    <div
      className={classes.step}
      data-group={kind?.group}
      data-selected={selected || undefined}
      data-lit={lit ?? undefined}
      data-faults={faults > 0 || undefined}
      data-changed={changed || undefined}
    >
      {kind?.starts !== true && <Handle type="target" position={Position.Top} className={classes.into} />}
      <div className={classes.body}>
        <span className={classes.icon}>
          <KindIcon type={node.type} />
        </span>
        <span className={classes.words}>
          {label !== null && <b>{label}</b>}
          <span className={classes.sentence} data-alone={label === null || undefined}>
            {kind === undefined ? t('unknownKind', { type: node.type }) : sentence}
          </span>
        </span>
      </div>
      {(faults > 0 || warnings > 0) && (
        <span
          className={classes.fault}
          data-stops={faults > 0 || undefined}
          title={t('faults', { count: faults + warnings })}
        >
          <IconAlertTriangle size={14} stroke={2.2} aria-hidden />
          <span>{faults + warnings}</span>
          <span className={classes.hidden}>{t('faults', { count: faults + warnings })}</span>
        </span>
      )}
      {standing > 0 && (
        <span className={classes.standing} title={t('standing', { count: standing })}>
          <IconUser size={13} stroke={2.2} aria-hidden /> {numberFormat(language).format(standing)}
          <span className={classes.hidden}>{t('standing', { count: standing })}</span>
        </span>
      )}
      {single !== undefined && (
        <div className={classes.only}>
          <Handle type="source" position={Position.Bottom} id={single.id} className={classes.out} />
          {!single.used && <AddHere id={id} way={single.id} title={titleOf(node.type, language)} />}
        </div>
      )}
      {single === undefined && shown.length > 0 && (
        <div className={classes.ways}>
          {shown.map((way) => (
            <div
              key={way.id}
              className={classes.way}
              data-bad={isBadNews(way.id) || undefined}
              data-open={!way.used || undefined}
            >
              <span>
                {kind?.forks === true
                  ? t('eachWay')
                  : wayWords(
                      way.id,
                      ways.some(({ id: other, used }) => used && other !== way.id),
                    )[language]}
              </span>
              <Handle type="source" position={Position.Bottom} id={way.id} className={classes.out} />
              {(!way.used || kind?.forks === true) && (
                <AddHere id={id} way={way.id} title={wayWords(way.id)[language]} />
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  )
})

/** Of a step whose ways most people draw as one, the others are shown while it is chosen, or where they are in use. */
function shownWays(ways: readonly CanvasWay[], selected: boolean): CanvasWay[] {
  const rest = ways.find(({ role }) => role === 'rest')
  const others = ways.filter(({ role, used }) => role !== 'rest' && used)
  if (rest === undefined || selected || others.length > 0) return [...ways]
  return [rest]
}

function AddHere({ id, way, title }: { id: string; way: string; title: string }) {
  const t = useTexts(builderTexts)
  const { mayWrite } = useBuilder()
  if (!mayWrite) return null
  return (
    <AddMenu behind={{ id, way }}>
      {(open) => (
        <button
          type="button"
          className={`${classes.add} nodrag nopan`}
          aria-label={t('addBehind', { way: title })}
          onClick={(event) => {
            event.stopPropagation()
            open()
          }}
        >
          <IconPlus size={14} stroke={2.4} aria-hidden />
        </button>
      )}
    </AddMenu>
  )
}
