import { coversFilter, filterFault, matchesFilter } from './topics.ts'

/**
 * Access to topics in the grammar of Mosquitto's `acl_file`: `user NAME`, `topic [read|write|readwrite|deny] FILTER`,
 * `pattern …` with `%u` and `%c`. What is not granted is refused.
 */
export type Acl = {
  mayWrite(client: AclClient, topic: string): boolean
  mayRead(client: AclClient, topic: string): boolean
  /** Whether everything that a filter matches may be read, but for what is denied topic by topic. */
  maySubscribe(client: AclClient, filter: string): boolean
}

export type AclClient = { user: string | null; clientId: string }

type Rule = { user: string | null; anyone: boolean; access: 'read' | 'write' | 'readwrite' | 'deny'; filter: string }

const LINE = /^(topic|pattern)\s+(?:(read|write|readwrite|deny)\s+)?(.+)$/

/** @throws Error naming the line that is at fault */
export function parseAcl(text: string): Acl {
  const rules: Rule[] = []
  /** Rules before the first user are for those without a name. */
  let user: string | null = null
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const named = /^user\s+(.+)$/.exec(line)
    if (named !== null) {
      user = named[1] as string
      continue
    }
    const [, kind, access = 'readwrite', filter = ''] = LINE.exec(line) ?? []
    const fault =
      kind === undefined ? 'is neither user, topic nor pattern' : filterFault(filter.replaceAll(/%[uc]/g, 'x'))
    if (fault !== null) throw new Error(`line ${at + 1} ${fault}`)
    rules.push({ user, anyone: kind === 'pattern', access: access as Rule['access'], filter })
  }
  return aclOf(rules)
}

/** A name in the place of `%u` or `%c` must be one level and no wildcard, or it would open more than it names. */
const isLevel = (text: string) => text !== '' && !/[/+#]/.test(text)

function aclOf(rules: readonly Rule[]): Acl {
  function filtersFor({ user, clientId }: AclClient, access: 'read' | 'write' | 'deny'): string[] {
    return rules.flatMap((rule) => {
      if (rule.access !== access && !(rule.access === 'readwrite' && access !== 'deny')) return []
      if (!rule.anyone) return rule.user === user ? [rule.filter] : []
      const needsUser = rule.filter.includes('%u')
      const needsClient = rule.filter.includes('%c')
      if (needsUser && (user === null || !isLevel(user))) return []
      if (needsClient && !isLevel(clientId)) return []
      return [rule.filter.replaceAll('%u', user ?? '').replaceAll('%c', clientId)]
    })
  }
  const matches = (client: AclClient, access: 'read' | 'write' | 'deny', topic: string) =>
    filtersFor(client, access).some((filter) => matchesFilter(filter, topic))
  const may = (client: AclClient, access: 'read' | 'write', topic: string) =>
    !matches(client, 'deny', topic) && matches(client, access, topic)
  return {
    mayWrite: (client, topic) => may(client, 'write', topic),
    mayRead: (client, topic) => may(client, 'read', topic),
    maySubscribe: (client, filter) =>
      filtersFor(client, 'read').some((granted) => coversFilter(granted, filter)) &&
      !filtersFor(client, 'deny').some((denied) => coversFilter(denied, filter)),
  }
}
