import { useFlowNames } from '../flows/names.ts'
import { usePersonBehind } from '../people/behind.ts'

/** What an event is about, as people call it: the person, or the flow; the id where we know no name. */
export function About({ subject, type }: { subject: string; type: string }) {
  const isFlow = type.startsWith('flow.')
  const flowName = useFlowNames(isFlow)
  const person = usePersonBehind(subject)
  const name = person?.name ?? (isFlow ? flowName(subject) : undefined)
  return <bdi title={name === undefined || name === null ? undefined : subject}>{name ?? subject}</bdi>
}
