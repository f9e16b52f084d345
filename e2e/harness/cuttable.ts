import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type Cuttable = {
  port: number
  /** Resets every connection that is open, in the middle of whatever it carries. @returns how many there were */
  reset(): number
  close(): void
}

/** A way to a server on this machine whose connections can be reset. */
export async function startCuttable(target: number): Promise<Cuttable> {
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    open.add(near)
    near.on('error', () => {})
    far.on('error', () => near.resetAndDestroy())
    near.on('close', () => {
      open.delete(near)
      far.destroy()
    })
    far.on('close', () => near.destroy())
    near.pipe(far)
    far.pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    reset() {
      const cut = open.size
      for (const socket of open) socket.resetAndDestroy()
      return cut
    },
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
