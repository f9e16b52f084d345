import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { type Received, recorder, type SinkOptions } from './received.ts'

export type ReceivedMail = {
  from: string
  to: readonly string[]
  /** The message as it came over the wire. */
  raw: string
  /** Header fields, unfolded, by lower-case name. */
  headers: Readonly<Record<string, string>>
}

/** `drop`: the connection breaks inside DATA. */
export type SmtpFault = { reply: number; text: string } | 'drop' | null

export type SmtpSink = {
  url: string
  received: Received<ReceivedMail>
  /** From now on refuses every recipient so; null: works again. */
  breakWith(fault: SmtpFault): void
  close(): Promise<void>
}

/** A mail server for the demo and for tests: takes every message and keeps it. */
export async function startSmtpSink(options: SinkOptions<ReceivedMail> = {}): Promise<SmtpSink> {
  const received = recorder(options)
  let fault: SmtpFault = null
  const sockets = new Set<Socket>()
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(_address, _session, callback) {
      if (fault === null || fault === 'drop') return callback()
      callback(Object.assign(new Error(fault.text), { responseCode: fault.reply }))
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (fault === 'drop') {
          // A reply that never comes: the sender does not know whether the mail was taken.
          hangUp()
          return
        }
        const raw = Buffer.concat(chunks).toString('utf8')
        const { mailFrom, rcptTo } = session.envelope
        received.add({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          headers: headersOf(raw),
        })
        callback()
      })
    },
  })
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // A client that breaks off is part of the test.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve())
  })
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    breakWith(next) {
      fault = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Senders keep their connections open; nobody waits for them.
        hangUp()
      }),
  }
}

function headersOf(raw: string): Record<string, string> {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  return Object.fromEntries(
    head
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
}
