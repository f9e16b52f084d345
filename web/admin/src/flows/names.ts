import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useCan } from '../app/session.ts'
import { flowNamesQuery } from './queries.ts'

/** The names of flows by their ids; nothing where the reader may not see them. */
export function useFlowNames(enabled = true): (id: string) => string | undefined {
  const can = useCan()
  const { data } = useQuery({ ...flowNamesQuery, enabled: enabled && can('flows:read') })
  return useCallback((id) => data?.find((flow) => flow.id === id)?.name, [data])
}
