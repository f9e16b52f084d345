import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmDialogue } from '../../ui/confirm-act.tsx'
import { type Span, spanOf } from '../../ui/periods.ts'
import { deliveriesTexts } from './texts.ts'

type Chosen = Span & { subscription?: string; channel?: string; target?: string }

/** The program asks what is meant before it repeats everything: everything that is kept. */
const ALWAYS = '2000-01-01T00:00:00Z'

/** Retries what was given up, of the filters that are set; counted before it is asked. */
export function RetryLost(chosen: Chosen) {
  const t = useTexts(deliveriesTexts)
  const can = useCan()
  const [opened, setOpened] = useState(false)
  const { period, from, to, ...filter } = chosen
  const ask = (dryRun: boolean) => {
    const { from: since = ALWAYS, to: until } = spanOf({ period, from, to }, 'wall')
    return body(api.POST('/api/v1/deliveries/replay', { body: { ...filter, status: 'failed', since, until, dryRun } }))
  }
  const counted = useQuery({
    queryKey: ['webhooks', 'deliveries', 'lost', chosen],
    queryFn: () => ask(true),
    enabled: can('deliveries:write'),
  })
  const count = counted.data?.count ?? 0
  if (count === 0) return null
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t('retryMany')}
      </Button>
      <ConfirmDialogue
        opened={opened}
        close={() => setOpened(false)}
        title={t('retryManyAsk', { count })}
        consequence={t('retryManyAbout')}
        confirm={t('retryManyConfirm', { count })}
        act={() => ask(false)}
        done={({ replayed }) => t('retriedMany', { count: replayed })}
        refresh={[['webhooks']]}
      />
    </>
  )
}
