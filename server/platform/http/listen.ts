import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Finds out whether the program will be able to listen, before it has made anything: a port that is taken is the first
 * thing that newcomers meet.
 * @throws Error with a sentence for the operator
 */
export async function assertCanListen(at: { port: number; host: string }): Promise<void> {
  const probe = createServer().listen(at)
  await once(probe, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(error, at)
  })
  probe.close()
  await once(probe, 'close')
}

/** Why there is no listening there, and what to do. */
export function cannotListen(error: NodeJS.ErrnoException, { port, host }: { port: number; host: string }): Error {
  const why: { [code: string]: string } = {
    EADDRINUSE: `PORT ${port} is in use on ${host}. Stop what uses it, or choose another with PORT.`,
    EACCES: `PORT ${port} needs rights that this user does not have. Choose one above 1023 with PORT.`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine.`,
    ENOTFOUND: `HOST ${host} is not known.`,
  }
  return new Error(why[error.code ?? ''] ?? `cannot listen on HOST ${host}, PORT ${port}: ${error.message}`, {
    cause: error,
  })
}
