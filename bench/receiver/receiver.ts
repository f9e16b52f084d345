/** The process that webhooks, calls of flows and pushes reach: answers at once and counts. */
import { type AddressInfo, createServer } from 'node:net'
import { answerQuestions } from '../child.ts'
import { createCount, type Expectation, type Received } from './count.ts'
import { readRequests } from './requests.ts'

export type ReceiverQuestions = {
  /** Opens ports on 127.0.0.1 and gives their numbers. */
  open: { ask: { ports: number }; answer: number[] }
  /** Forgets what came and expects anew. */
  expect: { ask: Expectation; answer: null }
  /** From now on these ports take requests and never answer. */
  hang: { ask: { ports: readonly number[] }; answer: null }
  report: { ask: null; answer: Received[] }
}

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'

const ports: number[] = []
let hanging: ReadonlySet<number> = new Set()
let counts: ReturnType<typeof createCount>[] = []

async function open(): Promise<number> {
  const at = ports.length
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    readRequests(socket, (head, body) => {
      const hangs = hanging.has(ports[at] as number)
      counts[at]?.take(head, body)
      if (!hangs) socket.write(ANSWER, 'latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve))
  const { port } = server.address() as AddressInfo
  ports.push(port)
  return port
}

answerQuestions<ReceiverQuestions>({
  async open({ ports: wanted }) {
    const opened: number[] = []
    for (let i = 0; i < wanted; i++) opened.push(await open())
    return opened
  },
  async expect(expectation) {
    counts = ports.map((_, i) => createCount(expectation, expectation.secrets?.[i] ?? null))
    return null
  },
  async hang({ ports: wanted }) {
    hanging = new Set(wanted)
    return null
  },
  report: async () => counts.map((count) => count.report()),
})
