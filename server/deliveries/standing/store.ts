import type { Db } from '#platform/work.ts'

/** How a channel fares: of its newest deliveries that ended, and of those that wait. */
export type ChannelStanding = {
  channel: string
  delivered: number
  failed: number
  waiting: number
  /** Of those that wait: what was tried and did not arrive, or has a receiver that was not well the last time. */
  stuck: number
  /** A receiver that something waits for was given up for a while, and nothing of the channel arrived since. */
  down: boolean
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
    // A delivery ends after days of attempts: of what does not arrive now only those that wait can tell. Each target is looked
    // up by itself (`limit 1`): while little is known of both tables they would be multiplied.
    db.query<{ channel: string; n: number; stuck: number; opened: number | null }>(
      `select w.channel, sum(w.n)::int as n, sum(case when t.target is null then w.tried else w.n end)::int as stuck,
         (extract(epoch from max(t.opened_at) filter (where t.opens > 0)) * 1000)::double precision as opened
       from (select channel, target, count(*) as n, count(*) filter (where failures > 0) as tried
         from (select channel, target, failures from delivery where tenant = $1 limit ${MOST_COUNTED}) d
         group by channel, target) w
       left join lateral (select target, opens, opened_at from delivery_target
         where tenant = $1 and target = w.target limit 1) t on true group by w.channel`,
      [tenant],
    ),
    db.query<{ channel: string; delivered: number; failed: number; arrived: number | null }>(
      `select channel, (count(*) filter (where ended = 'delivered'))::int as delivered,
         (count(*) filter (where ended = 'failed'))::int as failed,
         (extract(epoch from max(at) filter (where ended = 'delivered')) * 1000)::double precision as arrived
       from (select channel, ended, at from delivery_attempt
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
    const known = channels.get(channel) ?? { channel, delivered: 0, failed: 0, waiting: 0, stuck: 0, down: false }
    channels.set(channel, known)
    return known
  }
  const arrivals = new Map(ended.map(({ channel, arrived }) => [channel, arrived]))
  for (const { channel, delivered, failed } of ended) Object.assign(of(channel), { delivered, failed })
  for (const { channel, n, stuck, opened } of waiting) {
    const down = opened !== null && (arrivals.get(channel) ?? 0) < opened
    Object.assign(of(channel), { waiting: n, stuck, down })
  }
  return {
    waiting: waiting.reduce((sum, { n }) => sum + n, 0),
    lost: counts?.lost ?? 0,
    breakersOpen: counts?.open ?? 0,
    webhooksPaused: counts?.webhooks ?? 0,
    channels: [...channels.values()].sort((a, b) => a.channel.localeCompare(b.channel)),
  }
}

/** A receiver that nothing is sent to for a while, and what waits for it. */
export type PausedReceiver = {
  target: string
  channel: string | null
  pausedAt: Date
  until: Date
  waiting: number
  nextId: string | null
  lastStatus: number | null
  lastError: string | null
}

const MOST_LISTED = 1_000

/**
 * The targets that `breakersOpen` counts beside `webhooksPaused`, the ones paused longest first.
 * Indexes: delivery_target's key, delivery_due, delivery_attempt_bad.
 */
export const pausedReceivers = (db: Db, tenant: string, now: number): Promise<PausedReceiver[]> =>
  db.query(
    `select t.target, first.channel, t.opened_at as "pausedAt", t.open_until as until, first.id as "nextId",
       (select count(*) from (select 1 from delivery
          where tenant collate "C" = $1 and target = t.target limit ${MOST_COUNTED}) d)::int as waiting,
       bad.status as "lastStatus", bad.error as "lastError"
     from (select * from delivery_target where tenant = $1 and target not like 'subscription:%'
       and open_until > to_timestamp($2::double precision / 1000) order by opened_at limit ${MOST_LISTED}) t
     left join lateral (select channel, id::text as id from delivery
       where tenant collate "C" = $1 and target = t.target order by due_at limit 1) first on true
     left join lateral (select status, error from delivery_attempt
       where tenant collate "C" = $1 and target = t.target and verdict in ('retry', 'throttle', 'permanent', 'dead')
       order by at desc limit 1) bad on true
     order by t.opened_at, t.target`,
    [tenant, now],
  )
