/**
 * The limit of the intake: the same program, and beside it the same route behind the same authentication, limits,
 * trace hooks and validation, whose append resolves at once.
 */
import { Registry } from 'prom-client'
import { launch } from '../../server/commands/launch.ts'
import { events } from '../../server/events/index.ts'
import { serve } from '../../server/serve.ts'
import { answerQuestions } from '../child.ts'

export type LimitQuestions = { start: { ask: null; answer: { port: number } } }

let stop: () => Promise<void> = async () => {}

answerQuestions<LimitQuestions>({
  async start() {
    const { program, stop: stopProgram } = await launch()
    // Series of the second server must not meet those of the first in one registry.
    const runtime = { ...program.runtime, metrics: new Registry() }
    let position = 0
    const { routes = [] } = await events.open({
      ...runtime,
      appendEvent: async () => {
        position += 1
        return { duplicate: false, position }
      },
    })
    const app = await serve({ ...program, runtime, routes }, [])
    await app.listen({ host: '127.0.0.1', port: 0 })
    stop = async () => {
      await app.close()
      await stopProgram()
    }
    return { port: (app.server.address() as { port: number }).port }
  },
})

process.once('SIGTERM', async () => {
  await stop()
  process.exit()
})
