import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTexts } from '../app/texts.ts'
import { flowNamesQuery, type Run } from '../flows/queries.ts'
import { RunBadge } from '../flows/status-badge.tsx'
import { conversationTexts } from './texts.ts'

/** A run by the name of its flow, how far it is, and the way to its steps. */
export function RunTitle({ run: { id, flowId, status } }: { run: Run }) {
  const t = useTexts(conversationTexts)
  const names = useQuery(flowNamesQuery)
  const name = names.data?.find((flow) => flow.id === flowId)?.name
  return (
    <>
      <Link to="/flows/$flowId/runs" params={{ flowId }} search={{ selected: id }}>
        {name === undefined ? t('flowRun') : t('flowRunOf', { name })}
      </Link>{' '}
      <RunBadge status={status} />
    </>
  )
}
