import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** Which way commands take: a switch that holds on all nodes, and outlives a restart. */
export type Transport = {
  /** Whether commands go over MQTT now. Answers from memory. */
  overMqtt(): boolean
  state(): TransportState
  /** Reads what is stored: at the start, and when a hint came. */
  refresh(): Promise<void>
  /** Writes it in the caller's transaction; `changed` tells the other nodes after it. */
  set(tx: Tx, overMqtt: boolean, by: string): void
  changed(): Promise<void>
}

/** `switched` null: nobody has, and the setting holds. */
export type TransportState = { overMqtt: boolean; default: boolean; switched: { at: number; by: string } | null }

const NAME = 'USE_MQTT_WHATSAPP'
const TOPIC = 'mqtt.switch'
/** A hint may be lost: what is older than this is read again when somebody asks. */
const OLD_MS = 2_000

const READ = 'select value, changed_at, changed_by from mqtt_switch where name = $1'
const WRITE = `insert into mqtt_switch (name, value, changed_at, changed_by)
values ($1, $2, to_timestamp($3::double precision / 1000), $4)
on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by`

/** @param onSwitch called on each node when it learns that the way is another one now */
export function createTransport(
  runtime: Pick<Runtime, 'database' | 'clock' | 'signals'>,
  fallback: boolean,
  onSwitch: () => void,
): Transport {
  const { database, clock, signals } = runtime
  let state: TransportState = { overMqtt: fallback, default: fallback, switched: null }
  let readAt = 0

  async function refresh(): Promise<void> {
    readAt = clock.wall()
    const [row] = await database.worker.query<{ value: boolean; changed_at: Date; changed_by: string }>(READ, [NAME])
    const before = state.overMqtt
    state =
      row === undefined
        ? { overMqtt: fallback, default: fallback, switched: null }
        : {
            overMqtt: row.value,
            default: fallback,
            switched: { at: row.changed_at.getTime(), by: row.changed_by },
          }
    if (state.overMqtt !== before) onSwitch()
  }
  signals.on(TOPIC, () => void refresh().catch(() => {}))

  return {
    overMqtt() {
      if (clock.wall() - readAt > OLD_MS) void refresh().catch(() => {})
      return state.overMqtt
    },
    state: () => state,
    refresh,
    set: (tx, overMqtt, by) => void tx.query(WRITE, [NAME, overMqtt, clock.wall(), by]),
    async changed() {
      signals.send(TOPIC)
      await refresh()
    },
  }
}
