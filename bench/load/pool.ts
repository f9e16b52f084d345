import { type Connection, openConnection } from './connection.ts'

export type Pool = {
  /** A free connection, in turn: a server ends connections on which nothing comes. Undefined when all are at work. */
  take(): number | undefined
  send(connection: number, request: string): void
  /** Requests that wait for their answer. */
  readonly pending: number
  close(): void
}

type State = 'free' | 'busy' | 'gone'

/** Used turns after which the list of free connections is cut. */
const MANY = 4_096

/**
 * Opens so many connections, each for one request at a time.
 * @param answered gets the connection, free again, and the status; `lost` when it ended before the answer
 */
export async function openPool(
  address: { host: string; port: number },
  count: number,
  answered: (connection: number, status: number | 'lost') => void,
): Promise<Pool> {
  const states: State[] = Array.from({ length: count }, () => 'free')
  let free = states.map((_, i) => i)
  let from = 0
  let pending = 0

  const connections: Connection[] = await Promise.all(
    states.map((_, i) =>
      openConnection(
        address,
        (status) => {
          // Said to nobody: the server ends a connection that it does not want to keep.
          if (states[i] !== 'busy') return
          pending -= 1
          states[i] = 'free'
          free.push(i)
          answered(i, status)
        },
        () => {
          const cut = states[i] === 'busy'
          states[i] = 'gone'
          if (!cut) return
          pending -= 1
          answered(i, 'lost')
        },
      ),
    ),
  )

  return {
    take() {
      while (from < free.length) {
        const connection = free[from++] as number
        if (from === MANY) {
          free = free.slice(from)
          from = 0
        }
        if (states[connection] === 'free') return connection
      }
      return undefined
    },
    send(connection, request) {
      states[connection] = 'busy'
      pending += 1
      connections[connection]?.send(request)
    },
    get pending() {
      return pending
    },
    close() {
      for (const connection of connections) connection.close()
    },
  }
}
