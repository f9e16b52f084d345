/**
 * kill -9 in the middle of a switch between two systems that send the same events all the while.
 * In full (2 points × 5 passages, 10 random moments; some 10 minutes): E2E_FULL=1 node cauce.mjs test e2e/sources
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { type Client, clientOf, pause, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, FULL, seeded } from './harness/scale.ts'

const POINTS = ['sources:before-step', 'sources:after-step'] as const
const PASSAGES = count(1, 5)
const RANDOM_KILLS = count(1, 10)
/** More than one step of a switch. */
const EVENTS = count(360, 600)
const SUBJECTS = 6
const SYSTEMS = ['netcomp', 'pet-cloud'] as const

describe('a switch between two systems is killed half-way', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let client: Client
  let round = 0
  let leader = 0
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-sources-'))
    program = programProcess(dataDir, await freePort())
    await program.start()
    client = clientOf([program.url])
    await client.persist('PUT', '/api/v1/sources/encounters', {
      systems: SYSTEMS.map((name, i) => ({
        name,
        role: i === 0 ? 'leader' : 'follower',
        knownBy: { headers: { 'x-system': name } },
      })),
    })
  })
  after(async () => {
    await program.kill()
    await removeEmbedded(dataDir)
  })

  const idOf = (subject: number, n: number) => `${round}-${subject}-${n}`

  /** A system tells of all that happened, subject by subject in order; some of it twice. */
  async function tell(system: string, lagMs: number): Promise<void> {
    const lane = async (subject: number) => {
      for (let n = 0; n < EVENTS / SUBJECTS; n++) {
        if (lagMs > 0 && n % 20 === 0) await pause(lagMs)
        const body = {
          event_id: idOf(subject, n),
          type: 'encounter',
          subtype: 'message_received',
          encounter_id: `${round}-${subject}`,
          datetime: 1_775_322_600_000 + n,
        }
        const times = n % 17 === 0 ? 2 : 1
        for (let i = 0; i < times; i++) await client.persist('POST', '/api/v1/events', body, { 'x-system': system })
      }
    }
    await Promise.all(Array.from({ length: SUBJECTS }, (_, subject) => lane(subject)))
  }

  /** Both tell, the follower far ahead, the switch falls into the middle of it and is killed; the rest goes on. */
  async function killedSwitch(kill: () => Promise<void>): Promise<void> {
    round += 1
    const [from, to] = [SYSTEMS[leader] as string, SYSTEMS[1 - leader] as string]
    const ahead = tell(to, 0)
    const behind = tell(from, 40)
    await pause(400)
    void client.ask('POST', '/api/v1/sources/encounters/switch', { to }).catch(() => {})
    await kill()
    await program.start()
    await settled(async () => {
      const pair = await client.persist<{ leader: string; switching: object | null }>(
        'GET',
        '/api/v1/sources/encounters',
      )
      if (pair.leader === to && pair.switching === null) return ''
      // Killed before it had begun: the operator asks again.
      if (pair.switching === null) await client.ask('POST', '/api/v1/sources/encounters/switch', { to })
      return `${pair.leader} leads`
    })
    leader = 1 - leader
    await Promise.all([ahead, behind])
    await verified()
  }

  async function verified(): Promise<void> {
    const database = await program.database()
    const { rows } = await database.query<{ id: string; subject: string }>(
      'select id, subject from event_log where subject like $1 order by position',
      [`${round}-%`],
    )
    await database.end()
    for (let subject = 0; subject < SUBJECTS; subject++) {
      assert.deepEqual(
        rows.filter((row) => row.subject === `${round}-${subject}`).map(({ id }) => id),
        Array.from({ length: EVENTS / SUBJECTS }, (_, n) => idOf(subject, n)),
        `subject ${subject} of round ${round}: each event once and in order`,
      )
    }
  }

  for (const point of POINTS) {
    for (let passage = 1; passage <= PASSAGES; passage++) {
      it(`at ${point}, passage ${passage}`, async () => {
        await program.kill()
        program.startDoomed(`${point}:${passage}`)
        await program.ready()
        await killedSwitch(async () => {
          // A short switch may be over before the later passages.
          const died = await program.died(FULL ? 3_000 : 10_000)
          assert.ok(died || passage > 2, `the point ${point} was never passed`)
          await program.kill()
        })
      })
    }
  }

  it(`at ${RANDOM_KILLS} random moments`, async () => {
    for (let i = 0; i < RANDOM_KILLS; i++) {
      await killedSwitch(async () => {
        await pause(random() * 120)
        await program.kill()
      })
    }
  })
})
