import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { placeOf } from './subscription/words.ts'

/** Where subscriptions go, by their id: a delivery names only that. */
export function usePlaces(wanted: boolean): ReadonlyMap<string, string> {
  const can = useCan()
  const { data } = useQuery({
    queryKey: ['webhooks', 'places'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/subscriptions', { signal })),
    enabled: wanted && can('subscriptions:read'),
  })
  return useMemo(() => new Map((data ?? []).map((each) => [each.id, placeOf(each)])), [data])
}
