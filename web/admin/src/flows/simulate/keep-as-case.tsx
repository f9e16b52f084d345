import { Button } from '@mantine/core'
import { IconChecklist } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTexts } from '../../app/texts.ts'
import { useCalendars } from '../../calendars/query.ts'
import { useContact } from '../../people/contact-query.ts'
import { useQueues } from '../../queues/query.ts'
import { durationWords } from '../../ui/durations.ts'
import { useBuilder } from '../builder/context.tsx'
import { CaseEditor } from '../cases/case-editor.tsx'
import { caseOf, type Played } from '../model/cases/from-simulation.ts'
import type { Data } from '../model/graph.ts'
import type { Said, Visit } from '../model/playing.ts'
import type { Scenario } from '../model/scenario.ts'
import type { Answer } from '../queries.ts'
import { simulateTexts } from './texts.ts'

/** Makes a case of the simulation that was just played: what came of it is what it expects from now on. */
export function KeepAsCase({ scenario, played }: { scenario: Scenario; played: Answer<'postFlowsByIdSimulate'> }) {
  const t = useTexts(simulateTexts)
  const { flowId, draft, language } = useBuilder()
  const { person, acts } = scenario
  const queues = useQueues()
  const calendars = useCalendars()
  const [open, setOpen] = useState(false)
  const graph = draft.state().history.present
  const contact = useContact(person.kind === 'known' ? person.contactId : undefined).data
  const start = useMemo(() => {
    const { status, outcome, path, messages } = played
    const came: Played = {
      ...{ status, outcome },
      path: path as unknown as Visit[],
      messages: messages as unknown as Said[],
    }
    const queue = queues.find(({ id }) => id === person.queueId) ?? null
    return caseOf(scenario, came, graph, { contact: (contact as Data | undefined) ?? null, queue, calendars })
  }, [scenario, played, graph, queues, calendars, contact, person])
  const name = person.kind === 'known' ? (contact?.name ?? person.contactId) : person.name
  const [first] = acts
  const suggestion =
    first === undefined
      ? t('keepSilent', { name })
      : first.kind === 'reply'
        ? t('keepReplies', { name, time: durationWords({ iso: first.after, business: false }, language) })
        : ''
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconChecklist size={16} />}
        onClick={() => setOpen(true)}
      >
        {t('keep')}
      </Button>
      {open && (
        <CaseEditor
          flowId={flowId}
          graph={graph}
          name=""
          suggestion={suggestion}
          start={start}
          tried
          onClose={() => setOpen(false)}
          onSaved={() => setOpen(false)}
        />
      )}
    </>
  )
}
