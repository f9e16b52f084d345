import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useColleagues } from '../api/colleagues.ts'
import { useCan } from '../app/session.ts'
import type { Names } from './model/sentences.ts'
import { flowNamesQuery } from './queries.ts'

/** The names of flows by their ids; nothing where the reader may not see them. */
export function useFlowNames(enabled = true): (id: string) => string | undefined {
  const can = useCan()
  const { data } = useQuery({ ...flowNamesQuery, enabled: enabled && can('flows:read') })
  return useCallback((id) => data?.find((flow) => flow.id === id)?.name, [data])
}

/** Names of what steps hold by its id: other flows, and people of the team. */
export function useStepNames(): Names {
  const { data } = useQuery(flowNamesQuery)
  const colleagues = useColleagues()
  return useMemo(
    () => ({
      flows: new Map(data?.map(({ id, name }) => [id, name])),
      users: new Map([...colleagues].map(([id, { name }]) => [id, name])),
    }),
    [data, colleagues],
  )
}
