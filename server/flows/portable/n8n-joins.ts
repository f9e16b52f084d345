import { listOf, membersOf, textIn } from '#flows/portable/drawing.ts'

/*
 * Where branches of n8n meet: what merges waits for all that lead there, as a `join` does for all branches of its fork.
 */

type Members = { [name: string]: unknown }

/** What the outputs of a step lead to, each once. */
function targetsOf(connections: Members, name: string): string[][] {
  const { main } = membersOf(connections[name])
  return Array.isArray(main) ? main.map((output) => [...new Set(listOf(output).map(({ node }) => textIn(node)))]) : []
}

/**
 * Of the steps that merge those that can be a `join`: all branches of one fork come there, with no other fork on the way,
 * and whoever comes there otherwise is in no fork. Of others nobody can say which branches they would wait for.
 */
export function joinsOf(merging: readonly string[], connections: Members): ReadonlySet<string> {
  const names = Object.keys(connections)
  const targets = new Map(names.map((name) => [name, targetsOf(connections, name)]))
  const forks = names.flatMap((name) =>
    (targets.get(name) ?? []).filter((output) => output.length > 1).map((branches) => ({ name, branches })),
  )
  const forking = new Set(forks.map(({ name }) => name))
  const before = new Map<string, string[]>()
  for (const [name, outputs] of targets) {
    for (const target of outputs.flat()) {
      const sources = before.get(target)
      if (sources === undefined) before.set(target, [name])
      else sources.push(name)
    }
  }
  /** Whoever leads to a step, by ways on which none of `not` stands. */
  const leading = (to: string, not: ReadonlySet<string>): Set<string> => {
    const found = new Set([to])
    // A set hands out what is added while it is walked.
    for (const name of found) {
      for (const source of before.get(name) ?? []) if (!not.has(source)) found.add(source)
    }
    return found
  }
  const joins = merging.slice(0, MOST_JUDGED).filter((merge) => {
    const direct = leading(merge, forking)
    const whole = forks.filter(({ branches }) => branches.every((branch) => direct.has(branch)))
    if (whole.length === 0) return false
    const meeting = new Set(whole.map(({ name }) => name))
    // Beside those, no fork may come here but through one of them.
    const around = leading(merge, meeting)
    const isCycle = [...direct].some((name) => name !== merge && (before.get(name) ?? []).includes(merge))
    return (
      !isCycle && !forks.some(({ name, branches }) => !meeting.has(name) && branches.some((one) => around.has(one)))
    )
  })
  return new Set(joins)
}

/** Forks and merges that are looked at one by one; a workflow of people has a few. */
const MOST_JUDGED = 100
