import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { Job, Reply } from '#flows/machine/job.ts'
import { playCrowd } from '#flows/machine/play-crowd.ts'
import { playReplay } from '#flows/machine/replay/play.ts'
import { playRun } from '#flows/machine/replay/play-run.ts'
import { openDatabase } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'

/** A thread for trials and replays: one job after the other, for as long as it is kept. */

/** How far it steps back behind whoever is served: on Linux a priority is that of a thread, elsewhere of the whole program. */
const NICE = 19

function stepBack(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, NICE)
  } catch {
    // Not allowed here: it shares the processor like anybody else.
  }
}

async function work(job: Job): Promise<Reply> {
  const database = openDatabase(job.databaseUrl, { workerConnections: 1, appConnections: 1 })
  try {
    const result = await resultOf(job)
    return { result, heapMb: process.memoryUsage().heapUsed / 1_048_576 }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { status, code, message, faults } = error
    return { refused: { status, code, detail: message, faults: [...faults] } }
  } finally {
    await database.close()
  }

  function resultOf(asked: Job): Promise<unknown> {
    switch (asked.kind) {
      case 'crowd':
        return playCrowd(database, asked)
      case 'replay':
        return playReplay(database, asked)
      case 'run':
        return playRun(database, asked)
    }
  }
}

stepBack()
parentPort?.on('message', (job: Job) => {
  // What fails otherwise ends the thread, and whoever asked hears of it.
  void work(job).then((reply) => parentPort?.postMessage(reply))
})
