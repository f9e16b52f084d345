import { Button, Drawer } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowForwardUp,
  IconChevronRight,
  IconPlus,
  IconRoute,
  IconUser,
} from '@tabler/icons-react'
import { useTexts } from '../../app/texts.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { labelOf, nodeOf } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { outlineOf } from '../model/outline.ts'
import type { Lit } from '../model/playing.ts'
import { sentenceOf } from '../model/sentences.ts'
import { wayWords } from '../model/ways.ts'
import { AddMenu } from './add-menu.tsx'
import { useBuilder, useChosen, useDraftState } from './context.tsx'
import { KindIcon } from './kind-icon.tsx'
import classes from './outline.module.css'
import { FlowPanel, StepPanel } from './panel.tsx'
import { builderTexts } from './texts.ts'

/** The flow as a list, where there is no room to draw: read from top to bottom, each step a tap from its settings. */
export function Outline({ standing, lit }: { standing: ReadonlyMap<string, number>; lit: Lit | null }) {
  const t = useTexts(builderTexts)
  const { language, names, choose, add, mayWrite } = useBuilder()
  const state = useDraftState()
  const chosen = useChosen()
  const graph = state.history.present
  const lines = outlineOf(graph)
  const faults = new Set(state.faults.flatMap(({ nodeId, stops }) => (stops && nodeId !== null ? [nodeId] : [])))
  const node = chosen.length === 1 ? nodeOf(graph, chosen[0]) : undefined
  const settings = chosen[0] === SETTINGS
  return (
    <div className={classes.outline}>
      <button type="button" className={classes.settings} onClick={() => choose([SETTINGS])}>
        {t('flowSettings')} <IconChevronRight size={16} aria-hidden />
      </button>
      <ol className={classes.lines} aria-label={t('steps')}>
        {lines.map((line, i) => {
          const { id, type } = line.node
          const been = lit === null ? null : lit.at === id ? 'here' : lit.nodes.has(id) ? 'been' : 'no'
          const many = standing.get(id) ?? 0
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step that several lead to stands here twice
            <li key={`${id} ${i}`} style={{ paddingLeft: Math.min(line.depth, 6) * 18 }}>
              {line.way !== null && <span className={classes.way}>{wayWords(line.way)[language]}</span>}
              {line.again ? (
                <button type="button" className={classes.again} onClick={() => choose([id])}>
                  <IconArrowForwardUp size={15} aria-hidden />{' '}
                  {t('goesOnAt', { step: labelOf(line.node) ?? sentenceOf(line.node, language, names) })}
                </button>
              ) : (
                <button
                  type="button"
                  className={classes.step}
                  data-group={KINDS.get(type)?.group}
                  data-faults={faults.has(id) || undefined}
                  data-lit={been ?? undefined}
                  onClick={() => choose([id])}
                >
                  <span className={classes.icon}>
                    <KindIcon type={type} />
                  </span>
                  <span className={classes.words}>
                    {labelOf(line.node) !== null && <b>{labelOf(line.node)}</b>}
                    <span>{sentenceOf(line.node, language, names)}</span>
                    {many > 0 && (
                      <small>
                        <IconUser size={13} aria-hidden /> {t('standing', { count: many })}
                      </small>
                    )}
                  </span>
                  {faults.has(id) && <IconAlertTriangle size={16} color="var(--bad)" aria-label={t('hasFaults')} />}
                </button>
              )}
              {mayWrite &&
                line.open.map((way) => (
                  <AddMenu key={way} behind={{ id, way }}>
                    {(open) => (
                      <button type="button" className={classes.add} onClick={open}>
                        <IconPlus size={14} aria-hidden />{' '}
                        {line.open.length > 1 || way !== 'out' ? `${wayWords(way)[language]}: ` : ''}
                        {t('addStep')}
                      </button>
                    )}
                  </AddMenu>
                ))}
            </li>
          )
        })}
      </ol>
      {lines.length === 0 && (
        <EmptyState
          icon={IconRoute}
          title={t('emptyTitle')}
          action={
            mayWrite && (
              <Button leftSection={<IconPlus size={16} />} onClick={() => add('trigger')}>
                {t('emptyAction')}
              </Button>
            )
          }
        >
          {t('emptyAbout')}
        </EmptyState>
      )}
      <Drawer
        opened={node !== undefined || settings}
        onClose={() => choose([])}
        position="bottom"
        size="88%"
        title={t('panel')}
        closeButtonProps={{ 'aria-label': t('closePanel') }}
        styles={{ body: { padding: 0 } }}
      >
        {node !== undefined && (
          <StepPanel
            key={node.id}
            node={node}
            standing={standing.get(node.id) ?? 0}
            onClose={() => choose([])}
            framed
          />
        )}
        {settings && <FlowPanel />}
      </Drawer>
    </div>
  )
}

const SETTINGS = '\u0001settings'
