import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { Job, Reply } from '#flows/machine/job.ts'
import { playCrowd } from '#flows/machine/play-crowd.ts'
import { playReplay } from '#flows/machine/replay/play.ts'
import { playRun } from '#flows/machine/replay/play-run.ts'
import { openDatabase } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'

/** The thread of a trial or replay: it does one job and ends. */

const job = workerData as Job

/**
 * Whoever is served comes first: on Linux a priority is that of a thread. Elsewhere it would be that of the whole program.
 */
function stepBack(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, 19)
  } catch {
    // Not allowed here: it shares the processor like anybody else.
  }
}

async function work(): Promise<Reply> {
  const database = openDatabase(job.databaseUrl, { workerConnections: 1, appConnections: 1 })
  try {
    return { result: await resultOf() }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { status, code, message, faults } = error
    return { refused: { status, code, detail: message, faults: [...faults] } }
  } finally {
    await database.close()
  }

  function resultOf(): Promise<unknown> {
    switch (job.kind) {
      case 'crowd':
        return playCrowd(database, job)
      case 'replay':
        return playReplay(database, job)
      case 'run':
        return playRun(database, job)
    }
  }
}

stepBack()
parentPort?.postMessage(await work())
