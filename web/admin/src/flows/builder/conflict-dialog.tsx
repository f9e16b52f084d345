import { Alert, Button, Group, ScrollArea, Stack, Text } from '@mantine/core'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { When } from '../../ui/when.tsx'
import { ChangeList } from '../change-list.tsx'
import { disputeWords, isInDispute } from '../model/dispute-words.ts'
import type { Conflict } from '../model/draft.ts'
import { type Graph, nodeOf } from '../model/graph.ts'
import type { Dispute } from '../model/joined.ts'
import { nameOf } from '../model/sentences.ts'
import { flowTexts } from '../texts.ts'
import classes from './conflict-dialog.module.css'
import { useBuilder, useDraftState } from './context.tsx'
import { builderTexts } from './texts.ts'
import { useSaver } from './use-saver.ts'

/**
 * Somebody else saved first, and both changed the same: who it was, where that is, what else they changed, and what shall become of
 * it. Nothing is overwritten before somebody says so.
 */
export function ConflictDialog() {
  const { conflict, history } = useDraftState()
  return conflict === null ? null : <Question conflict={conflict} mine={history.present} />
}

function Question({ conflict, mine }: { conflict: Conflict; mine: Graph }) {
  const t = useTexts(builderTexts)
  const { draft } = useBuilder()
  const sentence = useSentence()
  const taking = useAct({ act: draft.takeTheirs, quiet: true })
  const { disputes, kept, theirs, base } = conflict
  const saver = useSaver(theirs.by)
  const others = theirs.changes?.filter((change) => !isInDispute(change, disputes)) ?? null
  const all = withStepsOf(kept.graph, mine, base)
  return (
    <Dialogue
      opened
      onClose={() => {}}
      withCloseButton={false}
      title={saver === null ? t('conflictTitleSelf') : t('conflictTitle', { who: saver })}
      size="lg"
      scrollAreaComponent={ScrollArea.Autosize}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('conflictAbout')}
          {theirs.at !== null && (
            <>
              {' '}
              · <When at={theirs.at} />
            </>
          )}
        </Text>
        <section>
          <h3 className={classes.heading}>{t('conflictBothChanged', { count: disputes.length })}</h3>
          <Disputes disputes={disputes} graph={all} />
          <Text size="sm" mt="xs">
            {t('conflictMineWins')}
          </Text>
        </section>
        {others === null && <Text size="sm">{t('conflictUnknown')}</Text>}
        {others !== null && others.length > 0 && (
          <section>
            <h3 className={classes.heading}>{t('conflictOthers')}</h3>
            <ChangeList changes={others} graph={all} />
          </section>
        )}
        {taking.isError && (
          <Alert color="red" role="alert">
            {sentence(taking.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" loading={taking.isPending} onClick={() => taking.mutate()}>
            {t('conflictTheirs')}
          </Button>
          <Button
            variant="light"
            color="red"
            disabled={taking.isPending}
            onClick={() => {
              taking.reset()
              draft.keepMine()
            }}
          >
            {t('conflictMine')}
          </Button>
          <Button
            data-autofocus
            disabled={taking.isPending}
            onClick={() => {
              taking.reset()
              draft.joinBoth()
            }}
          >
            {t('conflictJoin')}
          </Button>
        </Group>
      </Stack>
    </Dialogue>
  )
}

/** The first with the steps that only the others have: those are told of, too. */
function withStepsOf(graph: Graph, ...others: readonly Graph[]): Graph {
  const nodes = new Map([...others, graph].flatMap((one) => one.nodes.map((node) => [node.id, node] as const)))
  return { ...graph, nodes: [...nodes.values()] }
}

function Disputes({ disputes, graph }: { disputes: readonly Dispute[]; graph: Graph }) {
  const t = useTexts(builderTexts)
  const words = useTexts(flowTexts)
  const language = useLanguage()
  return (
    <ul className={classes.disputes}>
      {disputes.map((dispute) => {
        const { nodeId, path, way = '' } = dispute
        const node = nodeOf(graph, nodeId)
        const { place, saved, yours } = disputeWords(dispute, (id) => nodeOf(graph, id), language)
        return (
          <li key={`${path} ${nodeId} ${way}`}>
            <b>{nodeId === null ? words('wholeFlow') : node === undefined ? nodeId : nameOf(node, language)}</b>
            {` · ${place}`}
            <dl>
              <dt>{t('conflictSaved')}</dt>
              <dd>{saved}</dd>
              <dt>{t('conflictYours')}</dt>
              <dd>{yours}</dd>
            </dl>
          </li>
        )
      })}
    </ul>
  )
}
