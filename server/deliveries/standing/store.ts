import type { Db } from '#platform/work.ts'

/** How a channel fares: of its newest deliveries that ended, and of those that wait. */
export type ChannelStanding = {
  channel: string
  delivered: number
  failed: number
  waiting: number
}

export type DeliveryStanding = {
  /** Those that wait, and those that were given up since the wall time asked for; counted up to `MOST_COUNTED`. */
  waiting: number
  lost: number
  /** Targets that nothing is sent to for a while. */
  breakersOpen: number
  /** Of which they are webhooks: places of subscriptions. */
  webhooksPaused: number
  channels: ChannelStanding[]
}

/** More are counted as so many. */
export const MOST_COUNTED = 10_000
/** Ended deliveries that say how channels fare: the newest. */
const LOOKED_AT = 1_000

/**
 * How what leaves fares, for a first look. Indexes: delivery's key, delivery_attempt_failed, delivery_attempt_ended,
 * delivery_target's key.
 * @param since wall milliseconds; `now` too
 */
export async function deliveryStanding(db: Db, tenant: string, since: number, now: number): Promise<DeliveryStanding> {
  const at = (parameter: string) => `to_timestamp(${parameter}::double precision / 1000)`
  const [waiting, ended, [counts]] = await Promise.all([
    db.query<{ channel: string; n: number }>(
      `select channel, count(*)::int as n from (
         select channel from delivery where tenant = $1 limit ${MOST_COUNTED}) w group by channel`,
      [tenant],
    ),
    db.query<{ channel: string; delivered: number; failed: number }>(
      `select channel, (count(*) filter (where ended = 'delivered'))::int as delivered,
         (count(*) filter (where ended = 'failed'))::int as failed
       from (select channel, ended from delivery_attempt
         where tenant collate "C" = $1 and ended is not null and at >= ${at('$2')}
         order by at desc limit ${LOOKED_AT}) newest group by channel`,
      [tenant, since],
    ),
    db.query<{ lost: number; open: number; webhooks: number }>(
      `select (select count(*) from (select 1 from delivery_attempt
           where tenant collate "C" = $1 and ended = 'failed' and at >= ${at('$2')} limit ${MOST_COUNTED}) l)::int as lost,
         count(*)::int as open, (count(*) filter (where target like 'subscription:%'))::int as webhooks
       from delivery_target where tenant = $1 and open_until > ${at('$3')}`,
      [tenant, since, now],
    ),
  ])
  const channels = new Map<string, ChannelStanding>()
  const of = (channel: string) => {
    const known = channels.get(channel) ?? { channel, delivered: 0, failed: 0, waiting: 0 }
    channels.set(channel, known)
    return known
  }
  for (const { channel, delivered, failed } of ended) Object.assign(of(channel), { delivered, failed })
  for (const { channel, n } of waiting) of(channel).waiting = n
  return {
    waiting: waiting.reduce((sum, { n }) => sum + n, 0),
    lost: counts?.lost ?? 0,
    breakersOpen: counts?.open ?? 0,
    webhooksPaused: counts?.webhooks ?? 0,
    channels: [...channels.values()].sort((a, b) => a.channel.localeCompare(b.channel)),
  }
}
