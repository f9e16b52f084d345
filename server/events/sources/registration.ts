import type { KnownBy, Pair, System } from '#events/sources/pair.ts'
import { type Fault, says } from '#platform/problem.ts'

const MAX_PAIRS = 20

/** Every way in which a system is known, as one text each, so that two systems cannot claim the same. */
const marksOf = ({ keys, brokerUsers, sources, headers }: KnownBy): string[] => [
  ...(keys ?? []).map((key) => `key ${key}`),
  ...(brokerUsers ?? []).map((user) => `broker user ${user}`),
  ...(sources ?? []).map((source) => `source ${source}`),
  ...(Object.keys(headers ?? {}).length === 0
    ? []
    : [`headers ${JSON.stringify(Object.entries(headers ?? {}).sort())}`]),
]

/** What is wrong with a pair, beside the other pairs of the tenant. */
export function pairFaults(pair: Pair, others: readonly Pair[]): Fault[] {
  const faults: Fault[] = []
  const [one, two] = pair.systems
  if (others.length >= MAX_PAIRS)
    faults.push({
      path: '',
      ...says(`a tenant has at most ${MAX_PAIRS} pairs`, `una organización tiene como máximo ${MAX_PAIRS} parejas`),
    })
  if (one?.name === two?.name) faults.push({ path: '/systems/1/name', ...says('stands twice', 'está dos veces') })
  const taken = new Map<string, string>(
    others.flatMap((other) =>
      other.systems.flatMap(({ name, knownBy }) =>
        marksOf(knownBy).map((mark) => [mark, `${name} of ${other.id}`] as const),
      ),
    ),
  )
  for (const [i, { name, knownBy }] of pair.systems.entries()) {
    const marks = marksOf(knownBy)
    if (marks.length === 0) {
      faults.push({
        path: `/systems/${i}/knownBy`,
        ...says(
          'must say how the system is known: keys, sources, brokerUsers or headers',
          'debe decir cómo se reconoce al sistema: claves, fuentes, usuarios del broker o cabeceras',
        ),
      })
    }
    for (const mark of marks) {
      const owner = taken.get(mark)
      if (owner !== undefined)
        faults.push({
          path: `/systems/${i}/knownBy`,
          ...says(`the ${mark} is that of ${owner}`, `ya es de otro sistema: ${mark} (${owner})`),
        })
      else taken.set(mark, name)
    }
  }
  return faults
}

/** What may not change once events were counted by it. */
export function changeFaults(
  before: Pair & { leader: string },
  after: { namespace: string; systems: readonly (System & { role: string })[] },
): Fault[] {
  const faults: Fault[] = []
  if (after.namespace !== before.namespace) {
    faults.push({
      path: '/namespace',
      ...says(
        `is ${before.namespace}: ids belong to it, so that it cannot change`,
        `es ${before.namespace}: los identificadores son suyos y no puede cambiar`,
      ),
    })
  }
  for (const [i, { name, role }] of after.systems.entries()) {
    if (!before.systems.some((system) => system.name === name)) {
      faults.push({
        path: `/systems/${i}/name`,
        ...says(
          'is none of the two systems of this pair: make another pair',
          'no es ninguno de los dos sistemas de esta pareja: haz otra',
        ),
      })
    } else if ((name === before.leader) !== (role === 'leader')) {
      faults.push({ path: `/systems/${i}/role`, ...says('is changed by a switch only', 'solo cambia con un relevo') })
    }
  }
  return faults
}
