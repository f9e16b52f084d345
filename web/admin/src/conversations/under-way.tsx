import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body, type Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { graphFrom, nodeOf } from '../flows/model/graph.ts'
import { nameOf } from '../flows/model/sentences.ts'
import { flowNamesQuery, type Run, versionQuery } from '../flows/queries.ts'
import classes from './conversation.module.css'
import { useDayTime } from './standing.tsx'
import { useRuns } from './story.tsx'
import { conversationTexts } from './texts.ts'
import { goesOnAt, mayClose } from './under-way.ts'

/** What happens by itself tells nobody. */
const LOOK_MS = 15_000
/** The rest stands in the thread. */
const MOST = 5

/** Of the flows that deal with a conversation right now where each stands, when it goes on, and whether it may close. */
export function FlowsUnderWay({ conversation }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const runs = useRuns(conversation.id).data?.pages.flatMap(({ items }) => items) ?? []
  const waiting = runs.filter(({ status }) => status === 'waiting')
  if (waiting.length === 0) return null
  return (
    <ul className={classes.underWay} aria-label={t('underWay')}>
      {waiting.slice(0, MOST).map((run) => (
        <UnderWay key={run.id} run={run} conversation={conversation} />
      ))}
      {waiting.length > MOST && (
        <Text component="li" size="sm" c="dimmed">
          {t('underWayMore', { count: waiting.length - MOST })}
        </Text>
      )}
    </ul>
  )
}

function UnderWay({ run: { id, flowId }, conversation }: { run: Run; conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const language = useLanguage()
  const dayTime = useDayTime()
  const flows = new Map(useQuery(flowNamesQuery).data?.map((flow) => [flow.id, flow.name]))
  const { data: walk } = useQuery({
    queryKey: ['conversations', 'story', conversation.id, 'run', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/runs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: LOOK_MS,
  })
  const version = useQuery({ ...versionQuery(flowId, walk?.version ?? 0), enabled: walk !== undefined })
  if (walk === undefined || version.data === undefined || walk.status !== 'waiting') return null
  const graph = graphFrom(version.data.graph)
  const steps = walk.waits.flatMap(({ nodeId }) => nodeOf(graph, nodeId) ?? [])
  const until = goesOnAt(walk)
  const name = flows.get(flowId)
  return (
    <Text component="li" size="sm">
      <Link to="/flows/$flowId/runs" params={{ flowId }} search={{ selected: id }}>
        {name === undefined ? t('flowRun') : t('flowRunOf', { name })}
      </Link>
      {': '}
      {t(until === null ? 'standsAt' : 'standsUntil', {
        step: steps.map((step) => nameOf(step, language, { flows })).join(' · '),
        until: until === null ? '' : dayTime(until),
      })}
      {mayClose(walk, graph, conversation) && <> {t('mayClose')}</>}
    </Text>
  )
}
