import { Anchor, Flex } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from '../app/texts.ts'
import { PageError } from '../ui/error-state.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { FlowTabs } from './flow-tabs.tsx'
import { flowQuery } from './queries.ts'
import { FlowBadge } from './status-badge.tsx'
import { flowTexts } from './texts.ts'

/** The way back to all flows. */
function AllFlows() {
  const t = useTexts(flowTexts)
  return (
    <Anchor
      size="sm"
      c="dimmed"
      mb={4}
      style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}
      renderRoot={(props) => <Link {...props} to="/flows" />}
    >
      <IconArrowLeft size={15} aria-hidden /> {t('title')}
    </Anchor>
  )
}

/** Instead of a page of a flow that could not be loaded. */
export function NoFlow({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTexts(flowTexts)
  return <PageError error={error} retry={retry} gone={t('noneSuch')} above={<AllFlows />} />
}

/** Which flow a page is of, how it stands, and its other pages. */
export function FlowHead({ flowId, about, actions }: { flowId: string; about?: ReactNode; actions?: ReactNode }) {
  const flow = useQuery(flowQuery(flowId))
  if (flow.isError) return <NoFlow error={flow.error} retry={() => flow.refetch()} />
  return (
    <>
      <AllFlows />
      <PageHead title={flow.data?.name ?? '…'} about={about} actions={actions} />
      <Flex gap={{ base: 6, sm: 'md' }} mb="md" direction={{ base: 'column', sm: 'row' }} align={{ sm: 'center' }}>
        {flow.data !== undefined && <FlowBadge status={flow.data.status} version={flow.data.published} />}
        <FlowTabs flowId={flowId} />
      </Flex>
    </>
  )
}
