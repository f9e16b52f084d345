import type { Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

/**
 * Reads HTTP/1.1 requests off a socket, as lean as it goes: bodies with a content-length, and chunked ones that are
 * handed on with their framing.
 * @param take gets head and body of each request
 */
export function readRequests(socket: Socket, take: (head: string, body: Buffer) => void): void {
  let rest: Buffer | null = null
  socket.on('data', (bytes: Buffer) => {
    let all = rest === null ? bytes : Buffer.concat([rest, bytes])
    rest = null
    while (all.length > 0) {
      const headEnd = all.indexOf(HEAD_END)
      const head = headEnd === -1 ? '' : all.toString('latin1', 0, headEnd)
      const end = headEnd === -1 ? -1 : bodyEnd(head, all, headEnd + HEAD_END.length)
      if (end === -1) {
        rest = all
        return
      }
      take(head, all.subarray(headEnd + HEAD_END.length, end))
      all = all.subarray(end)
    }
  })
}

/** Where the body that begins at `start` ends, or -1 while some of it is to come. */
function bodyEnd(head: string, all: Buffer, start: number): number {
  const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return all.length >= start + Number(length) ? start + Number(length) : -1
  if (!/\ntransfer-encoding: *chunked/i.test(head)) return start
  const last = all.indexOf(LAST_CHUNK, start)
  return last === -1 ? -1 : last + LAST_CHUNK.length
}
