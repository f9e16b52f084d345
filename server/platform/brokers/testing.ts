import { connect } from 'node:net'
import { env } from 'node:process'

const LOOK_MS = 2_000

/**
 * Why tests against a real broker are left out, for `describe(…, { skip })`; false when they run. Where
 * CAUCE_REQUIRE_BROKERS is set they always run, and fail without it.
 */
export async function withoutBroker(name: string, port: number, host = '127.0.0.1'): Promise<string | false> {
  if (env.CAUCE_REQUIRE_BROKERS === '1') return false
  const listens = await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: LOOK_MS })
    const end = (found: boolean) => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
  return listens ? false : `no ${name} listens on ${host}:${port}`
}
