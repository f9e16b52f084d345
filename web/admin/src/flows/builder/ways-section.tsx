import { ActionIcon, Button, Divider, Group, Select, Stack, Text } from '@mantine/core'
import { IconArrowRight, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTexts } from '../../app/texts.ts'
import { edgeBy, linked, linkFault, removed } from '../model/edits.ts'
import { type FlowNode, wayOf } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { nameOf } from '../model/sentences.ts'
import { asidesOf, waysOf, wayWords } from '../model/ways.ts'
import { AddMenu } from './add-menu.tsx'
import { useBuilder, useDraftState } from './context.tsx'
import { builderTexts } from './texts.ts'
import classes from './ways-section.module.css'

/** Where a step leads, way by way: to see, to follow and to change without drawing. */
export function WaysSection({ node }: { node: FlowNode }) {
  const t = useTexts(builderTexts)
  const { draft, mayWrite, language, names, goTo } = useBuilder()
  const state = useDraftState()
  const graph = state.history.present
  const [opened, setOpened] = useState<string | null>(null)
  const leaving = graph.edges.filter(({ source }) => source === node.id)
  const kind = KINDS.get(node.type)
  const used = new Set(leaving.map(wayOf))
  const ways = waysOf(node, leaving)
  const aside = asidesOf(node).filter((way) => !used.has(way) && !ways.some(({ id }) => id === way))
  const forks = kind?.forks === true
  const rows = forks
    ? leaving.map((edge) => ({ key: edge.id, way: '', edge }))
    : ways.map(({ id }) => ({ key: id, way: id, edge: edgeBy(graph, node, id) }))
  if (rows.length === 0 && aside.length === 0 && !forks) return null
  // Of hundreds of steps only the one that is shown is looked at, until somebody chooses another.
  const targets = (way: string, now: string | undefined, all: boolean) =>
    graph.nodes
      .filter(({ id }) => id === now || (all && linkFault(graph, { source: node.id, way, target: id }) === null))
      .map((target) => ({ value: target.id, label: nameOf(target, language, names) }))
  return (
    <section aria-label={t('ways')}>
      <Divider color="var(--line)" mb="md" />
      <Text component="h3" size="sm" fw={600} mb={6}>
        {t('ways')}
      </Text>
      <Stack gap={8}>
        {rows.map(({ key, way, edge }) => (
          <div key={key} className={classes.row}>
            <span className={classes.way}>
              {forks ? t('eachWay') : wayWords(way, leaving.length > 0 && way === '' && used.size > 1)[language]}
            </span>
            <Group gap={4} wrap="nowrap">
              <Select
                flex={1}
                size="sm"
                aria-label={t('wayLeadsTo', { way: wayWords(way)[language] })}
                placeholder={t('leadsNowhere')}
                searchable
                clearable={mayWrite}
                readOnly={!mayWrite}
                value={edge?.target ?? null}
                data={targets(way, edge?.target, opened === key)}
                onDropdownOpen={() => setOpened(key)}
                onDropdownClose={() => setOpened(null)}
                onChange={(target) =>
                  draft.change((given) => {
                    const without = edge === undefined ? given : removed(given, { edges: [edge.id] })
                    return target === null ? without : linked(without, { source: node.id, way, target })
                  })
                }
              />
              {edge !== undefined && (
                <ActionIcon aria-label={t('goThere')} title={t('goThere')} onClick={() => goTo(edge.target)}>
                  <IconArrowRight size={16} />
                </ActionIcon>
              )}
              {edge === undefined && mayWrite && (
                <AddMenu behind={{ id: node.id, way }}>
                  {(open) => (
                    <ActionIcon aria-label={t('addBehind', { way: wayWords(way)[language] })} onClick={open}>
                      <IconPlus size={16} />
                    </ActionIcon>
                  )}
                </AddMenu>
              )}
            </Group>
          </div>
        ))}
        {mayWrite && forks && (
          <AddMenu behind={{ id: node.id, way: '' }}>
            {(open) => (
              <Button variant="light" size="xs" leftSection={<IconPlus size={14} />} onClick={open}>
                {t('addBranch')}
              </Button>
            )}
          </AddMenu>
        )}
        {mayWrite && aside.length > 0 && (
          <Group gap={6}>
            {aside.map((way) => (
              <AddMenu key={way} behind={{ id: node.id, way }}>
                {(open) => (
                  <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={13} />} onClick={open}>
                    {wayWords(way)[language]}
                  </Button>
                )}
              </AddMenu>
            ))}
          </Group>
        )}
      </Stack>
    </section>
  )
}
