/** What the overview asks the program; each figure by the filters of the address. */
import { queryOptions } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { type Period, type Span, spanOf } from '../ui/periods.ts'

/** What the figures are of where no period is chosen. */
export const USUAL_PERIOD: Period = 'P30D'

export type Narrowing = Span & {
  queue?: string
  brand?: string
  service?: string
  channel?: string
  flow?: string
  version?: string
  /** Of those of which this is not known. */
  without?: Exclude<By, 'day'>
}
export type By = 'queue' | 'brand' | 'service' | 'channel' | 'flow' | 'day'

/** The filters as the API takes them. */
export function wantedOf({ period = USUAL_PERIOD, from, to, version, ...rest }: Narrowing) {
  const number = Number(version)
  return {
    ...rest,
    ...(Number.isInteger(number) && number > 0 ? { version: number } : {}),
    ...spanOf({ period, from, to }, 'domain'),
  }
}

export const funnelQuery = (narrowing: Narrowing, by?: By) =>
  queryOptions({
    queryKey: ['overview', 'funnel', by, narrowing],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/reports/funnel', { params: { query: { ...wantedOf(narrowing), by } }, signal })),
    placeholderData: (before) => before,
  })

export const standingQuery = queryOptions({
  queryKey: ['overview', 'standing'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/overview', { signal })),
})

/** The rows of the notifications that no channel could take. */
export const UNTOLD = { to: '/notifications', search: { status: 'failed', period: 'P1D' } } as const

/** As many as one page has; more are told of as so many. */
export const MOST_APPROVALS = 100

/** What flows ask people of the team. */
export const approvalsQuery = queryOptions({
  queryKey: ['overview', 'approvals'],
  queryFn: async ({ signal }) => {
    const query = { status: 'pending', limit: MOST_APPROVALS } as const
    return (await body(api.GET('/api/v1/approvals', { params: { query }, signal }))).items.length
  },
})

/** No event tells that a broker went away, or came back. */
const LOOK_MS = 10_000

/** How the brokers of this organisation do: `bus` carries events; null: it has none. */
export type Brokers = { bus: { away: boolean; behind: number } | null; mqtt: { away: boolean } | null }

const AWAY: readonly string[] = ['away', 'connecting', 'stopped']

export const brokersQuery = queryOptions({
  queryKey: ['overview', 'brokers'],
  queryFn: async ({ signal }): Promise<Brokers> => {
    const [bus, mqtt] = await Promise.all([
      body(api.GET('/backoffice/brokers', { signal })),
      body(api.GET('/backoffice/mqtt', { signal })),
    ])
    return {
      bus: bus.state === 'none' ? null : { away: AWAY.includes(bus.state), behind: bus.relay?.behind ?? 0 },
      mqtt: mqtt.state === 'off' ? null : { away: AWAY.includes(mqtt.state) },
    }
  },
  refetchInterval: ({ state: { data } }) => (data?.bus == null && data?.mqtt == null ? false : LOOK_MS),
})

export const reportQuery = (flow: string, { period = USUAL_PERIOD, from, to }: Span) =>
  queryOptions({
    queryKey: ['overview', 'lift', flow, period, from, to],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/flows/{id}/report', {
          params: { path: { id: flow }, query: spanOf({ period, from, to }, 'domain') },
          signal,
        }),
      ),
  })
