import { Group } from '@mantine/core'
import { api, body } from '../../api/client.ts'
import type { operations } from '../../api/schema.d.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { quarantineTexts } from './texts.ts'

type Choice = NonNullable<
  operations['postBackofficeEventsQuarantineDiscard']['requestBody']
>['content']['application/json']

/** What can be done with events in quarantine: with some, or with all that a filter names. */
export function Acts({ choice, count, done }: { choice: Choice; count: number; done?: () => void }) {
  const t = useTexts(quarantineTexts)
  const refresh = [['events']]
  return (
    <Group gap="xs">
      <ConfirmAct
        label={t('judge', { count })}
        button={{ size: 'xs' }}
        title={t('judgeAsk', { count })}
        consequence={t('judgeAbout')}
        confirm={t('judge', { count })}
        act={() => body(api.POST('/backoffice/events/quarantine/retry', { body: choice }))}
        done={({ retried, passed = 0, kept = 0 }) =>
          [passed > 0 && t('passed', { count: passed }), kept > 0 && t('kept', { count: kept })]
            .filter(Boolean)
            .join('. ') || t('judged', { count: retried })
        }
        refresh={refresh}
        after={done}
      />
      <ConfirmAct
        label={t('pass', { count })}
        button={{ size: 'xs' }}
        title={t('passAsk', { count })}
        consequence={t('passAbout')}
        confirm={t('pass', { count })}
        act={() => body(api.POST('/backoffice/events/quarantine/retry', { body: { ...choice, force: true } }))}
        done={({ retried }) => t('passed', { count: retried })}
        refresh={refresh}
        after={done}
      />
      <ConfirmAct
        label={t('discard', { count })}
        button={{ size: 'xs', color: 'red', variant: 'light' }}
        title={t('discardAsk', { count })}
        consequence={t('discardAbout')}
        confirm={t('discard', { count })}
        danger
        act={() => body(api.POST('/backoffice/events/quarantine/discard', { body: choice }))}
        done={({ discarded }) => t('discarded', { count: discarded })}
        refresh={refresh}
        after={done}
      />
    </Group>
  )
}
