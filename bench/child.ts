import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endWithBench } from './ending.ts'

/** A process of its own that answers one question after the other, so that its work is not measured with ours. */
export type Child<Questions extends Record<string, { ask: unknown; answer: unknown }>> = {
  ask<Name extends keyof Questions & string>(
    name: Name,
    ask: Questions[Name]['ask'],
  ): Promise<Questions[Name]['answer']>
  stop(): Promise<void>
}

type Reply = { id: number; answer?: unknown; error?: string }

/** @param file module that calls `answerQuestions` */
export function startChild<Questions extends Record<string, { ask: unknown; answer: unknown }>>(
  file: URL,
  options: { env?: Record<string, string>; cwd?: string; execArgv?: readonly string[] } = {},
): Child<Questions> & { readonly pid: number } {
  const child: ChildProcess = fork(fileURLToPath(file), [], {
    // Histograms cross as they are.
    serialization: 'advanced',
    execArgv: [...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
  })
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  let last = 0
  child.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.error === undefined) asked?.resolve(reply.answer)
    else asked?.reject(new Error(reply.error))
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ended (${signal ?? code})`))
  })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  }
  endWithBench(stop, ended)
  return {
    pid: child.pid as number,
    ask: (name, ask) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve: resolve as (answer: unknown) => void, reject })
        child.send({ id: last, name, ask })
      }),
    stop,
  }
}

/**
 * The child's side: each handler gives the answer to the question of its name.
 * @param left the bench is gone
 */
export function answerQuestions<Questions extends Record<string, { ask: unknown; answer: unknown }>>(
  handlers: {
    [Name in keyof Questions]: (ask: Questions[Name]['ask']) => Promise<Questions[Name]['answer']>
  },
  left: () => void = () => process.exit(),
): void {
  process.on('message', async ({ id, name, ask }: { id: number; name: keyof Questions; ask: never }) => {
    try {
      process.send?.({ id, answer: await handlers[name](ask) })
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.on('disconnect', left)
}
