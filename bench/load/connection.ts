import { connect, type Socket } from 'node:net'

export type Connection = {
  /** Sends one whole request; the next one only after the answer. */
  send(request: string): void
  close(): void
}

/** All connections read into one buffer: each answer is looked at before the next read. */
const readBuffer = Buffer.allocUnsafe(64 * 1024)

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * One keep-alive HTTP/1.1 connection, as lean as node:net allows.
 * @param answered gets the status of each answer once all of it has come
 * @param lost called once when the connection ends before `close`
 */
export function openConnection(
  address: { host: string; port: number },
  answered: (status: number) => void,
  lost: (error: Error) => void,
): Promise<Connection> {
  let rest: Buffer | null = null
  let bodyMissing = 0
  let status = 0
  let closed = false

  function read(bytes: Buffer): void {
    if (bodyMissing > 0) {
      bodyMissing -= bytes.length
      if (bodyMissing <= 0) answered(status)
      return
    }
    const all = rest === null ? bytes : Buffer.concat([rest, bytes])
    const headEnd = all.indexOf(HEAD_END)
    if (headEnd === -1) {
      rest = Buffer.from(all)
      return
    }
    rest = null
    const head = all.toString('latin1', 0, headEnd)
    status = Number(head.slice(9, 12))
    const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (length === undefined && status !== 204) throw new Error('an answer without content-length')
    bodyMissing = headEnd + HEAD_END.length + Number(length ?? 0) - all.length
    if (bodyMissing <= 0) answered(status)
  }

  return new Promise((resolve, reject) => {
    const socket: Socket = connect({
      ...address,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (count, buffer) => {
          read((buffer as Buffer).subarray(0, count))
          return true
        },
      },
    })
    const ended = (error: Error) => {
      if (closed) return
      closed = true
      reject(error)
      lost(error)
    }
    socket.on('error', ended)
    socket.on('close', () => ended(new Error('the server closed the connection')))
    socket.once('connect', () =>
      resolve({
        send: (request) => void socket.write(request, 'latin1'),
        close: () => {
          closed = true
          socket.destroy()
        },
      }),
    )
  })
}
