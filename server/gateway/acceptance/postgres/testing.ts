import type { FastifyInstance } from 'fastify'
import { compilePattern } from '#events/index.ts'
import { asOwner } from '#events/testing.ts'
import { type BusUnderTest, flatBody } from '#gateway/acceptance/testing.ts'
import { Problem } from '#platform/problem.ts'
import type { Program } from '../../../program.ts'
import { testServer } from '../../../testing.ts'

const CUT_MS = 20

/** No broker: others come by HTTP, and what is born inside is read from the log. */
export const postgres: BusUnderTest = {
  name: 'postgres',
  missing: async () => false,
  async open() {
    let programs: readonly Program[] = []
    const servers = new Map<Program, FastifyInstance>()
    async function serverOf(program: Program): Promise<FastifyInstance> {
      const known = servers.get(program)
      if (known !== undefined) return known
      const made = await testServer(program)
      servers.set(program, made)
      return made
    }
    let cutting: Promise<void> | undefined
    let cut = false
    return {
      env: { CAUCE_BUS: 'postgres' },
      async ready(program) {
        programs = [...programs, program]
      },
      async send([program], events) {
        const server = await serverOf(program as Program)
        for (const told of events) {
          for (;;) {
            const answer = await server.inject({
              method: 'POST',
              url: '/api/v1/events',
              headers: { authorization: 'Bearer default', 'content-type': 'application/json' },
              payload: told.body ?? flatBody(told),
            })
            if (answer.statusCode < 500 && answer.statusCode !== 429) break
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
        }
      },
      async received() {
        const program = programs.at(-1)
        if (program === undefined) return []
        return program.database.worker.query<{ id: string; subject: string }>(
          `select id, subject from event_log where origin = 'internal' order by position`,
        )
      },
      async cut() {
        cut = true
        const { url } = programs[0] as Program & { url: string }
        cutting = (async () => {
          while (cut) {
            await asOwner(url, (client) =>
              client.query(
                `select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and application_name = 'cauce'`,
              ),
            )
            await new Promise((resolve) => setTimeout(resolve, CUT_MS))
          }
        })()
      },
      async restore() {
        cut = false
        await cutting
      },
      matching: async (pattern, keys) => new Set(keys.filter(compilePattern(pattern))),
      waiting: async () => 0,
      async close() {
        if (programs.length === 0) throw new Problem(500, 'unused', 'no program met this bus')
      },
    }
  },
}
