import { VIEW_MEMBERS } from '#conversations/index.ts'
import type { Unable } from '#flows/abilities.ts'
import { type Cel, compileCel, ROOTS } from '#flows/cel.ts'
import { compileBody, compileConcealed } from '#flows/concealed.ts'
import { constantFault } from '#flows/constants.ts'
import type { KeyExpression } from '#flows/flow.ts'
import type { GraphFault } from '#flows/graph.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { compileJson, compileText, compileUrl } from '#flows/texts.ts'
import { parseDuration, type Span } from '#platform/duration.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What a graph is judged against besides itself. */
export type World = {
  /** Template keys a tenant can use, with the channels each has texts for. Absent: not judged. */
  templates?: ReadonlyMap<string, readonly string[]>
  /** Ids of the calendars that a tenant has. Absent: not judged. */
  calendars?: ReadonlySet<string>
  /** Names of the secrets that a tenant has. Absent: not judged. */
  secrets?: ReadonlySet<string>
  /** Other flows that the graph names, with whether they can be begun by it. Absent: not judged. */
  flows?: ReadonlyMap<string, { begins: boolean }>
  /** Users of the team that the graph names, with whether they may answer what they are asked. Absent: not judged. */
  users?: ReadonlyMap<string, { decides: boolean }>
  /** What this installation cannot do. Absent: not judged. */
  unable?: Unable
}

/** What the compilation of a graph has found so far. */
export type Findings = {
  readonly faults: GraphFault[]
  /** Those of them with which a version that was published before they were seen runs all the same. */
  readonly doubts: Set<GraphFault>
  readonly warnings: GraphFault[]
  /** Other flows that nodes begin. */
  readonly flows: Set<string>
  readonly reads: Set<string>
  /** Which nodes read of the world; null: the settings do. */
  readonly readers: Set<string | null>
  readonly calendars: Set<string>
  readonly listens: { event: string; key: KeyExpression | undefined }[]
  /** Characters of expressions and texts. */
  sources: number
}

/** Roots that have to be read from the database. */
const WORLD = Object.keys(VIEW_MEMBERS)
/** Members of `event` and `last`; a body's fields are below `event.data`. */
const EVENT_MEMBERS = ['id', 'source', 'type', 'subject', 'time', 'data']
const MEMBERS: { readonly [root: string]: readonly string[] } = {
  event: EVENT_MEMBERS,
  last: EVENT_MEMBERS,
  ...VIEW_MEMBERS,
}
const ASKED_OF_WORLD = new RegExp(`\\b(${WORLD.join('|')})\\.(\\w+)`, 'g')
/** All expressions and texts of a graph: they are parsed on every publish and load. */
const MAX_SOURCES = 300_000
const TOO_MUCH: Sentence = {
  en: `all expressions and texts together have more than ${MAX_SOURCES} characters`,
  es: `todas las expresiones y textos juntos tienen más de ${MAX_SOURCES} caracteres`,
}
const NO_FLOW: Sentence = { en: 'there is no such flow', es: 'no existe ese flujo' }
const NOT_BEGUN: Sentence = {
  en: 'that flow is not published, or its published version has no manual trigger: until it has, it goes the way error',
  es: 'ese flujo no está publicado, o su versión publicada no tiene un inicio manual: mientras tanto irá por la salida error',
}
const NO_USER: Sentence = {
  en: 'nobody of the team has that id: nobody will be told',
  es: 'nadie del equipo tiene ese id: no se avisará a nadie',
}
const MAY_NOT_ANSWER: Sentence = {
  en: 'may look and nothing more, by their role: somebody else will have to answer',
  es: 'solo puede mirar, por su rol: tendrá que contestar otra persona',
}
const NO_TIME: Span = { months: 0, ms: 0 }
/** Stands for an expression at fault; a graph with faults gives no flow, so it is never run. */
const NEVER = (compileCel('false', 'condition') as { cel: Cel }).cel

/** Names of texts, with only those members of events and variables that there are. */
const narrowed = (names: readonly string[], vars: ReadonlySet<string>): string[] =>
  names.flatMap((name) => {
    if (name === 'event' || name === 'last') return EVENT_MEMBERS.map((member) => `${name}.${member}`)
    return name === 'vars' ? [...vars].map((variable) => `vars.${variable}`) : [name]
  })

/**
 * The compiler for the nodes of one graph.
 * @param vars names that some node of the graph gives a value
 */
export function compilerFor(
  world: World,
  vars: ReadonlySet<string>,
  found: Findings,
): (nodeId: string | null, base: string) => Compiler {
  const ownNames = narrowed(ROOTS, vars)

  function room(source: string): boolean {
    found.sources += source.length
    return found.sources <= MAX_SOURCES
  }

  /** Null: there is that member. */
  function unknown(path: string): Sentence | null {
    const [root = '', member = ''] = path.split('.')
    const known = root === 'vars' ? [...vars] : MEMBERS[root]
    if (known === undefined || known.includes(member)) return null
    const list = known.join(', ')
    const [en, es] = list === '' ? ['', ''] : [`; known are ${list}`, `; existen ${list}`]
    return { en: `there is no ${path}${en}`, es: `no existe ${path}${es}` }
  }

  /** What texts ask of persons, conversations and queues that these do not have; each by its place in the value. */
  function strangers(value: unknown, names: readonly string[], place = ''): { place: string; says: Sentence }[] {
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value).flatMap(([name, item]) => strangers(item, names, `${place}.${name}`))
    }
    if (typeof value !== 'string') return []
    const isSuspect = [...value.matchAll(ASKED_OF_WORLD)].some(([path]) => unknown(path) !== null)
    if (!isSuspect || compileText(value, names).text === undefined) return []
    const own = names.flatMap((name) =>
      WORLD.includes(name) ? (MEMBERS[name] ?? []).map((member) => `${name}.${member}`) : [name],
    )
    return (compileText(value, own).faults ?? []).map((says) => ({ place, says }))
  }

  return (nodeId, base) => {
    const fault = (path: string, says: Sentence) =>
      void found.faults.push({ nodeId, path: path === '' ? base : `${base}.${path}`, says })
    const doubt = (path: string, says: Sentence) => {
      fault(path, says)
      found.doubts.add(found.faults.at(-1) as GraphFault)
    }
    const warn = (path: string, says: Sentence) =>
      void found.warnings.push({ nodeId, path: path === '' ? base : `${base}.${path}`, says })
    const reads = (root: string) => {
      found.reads.add(root)
      if (WORLD.includes(root)) found.readers.add(nodeId)
    }
    const readsAll = (roots: readonly string[]) => roots.forEach(reads)
    const meets = (path: string, value: unknown, names: readonly string[] = ownNames) => {
      for (const { place, says } of strangers(value, names)) doubt(`${path}${place}`, says)
    }
    return {
      fault,
      doubt,
      warn,
      reads,
      flow(path, id) {
        found.flows.add(id)
        if (world.flows === undefined) return
        const known = world.flows.get(id)
        if (known === undefined) fault(path, NO_FLOW)
        else if (!known.begins) warn(path, NOT_BEGUN)
      },
      user(path, id, asked) {
        if (world.users === undefined) return
        const known = world.users.get(id)
        if (known === undefined) warn(path, NO_USER)
        else if (asked && !known.decides) warn(path, MAY_NOT_ANSWER)
      },
      takes(path, characters) {
        found.sources += characters
        if (found.sources <= MAX_SOURCES) return true
        fault(path, TOO_MUCH)
        return false
      },
      does(kind) {
        const why = world.unable?.(kind) ?? null
        if (why !== null)
          warn('', { en: `${why.en}: it will go the way error`, es: `${why.es}: irá por la salida error` })
      },
      calls(path, url) {
        const why = world.unable?.('http', url) ?? null
        if (why !== null) fault(path, why)
      },
      templates: world.templates,
      cel(path, source, use) {
        const made = room(source) ? compileCel(source, use) : { faults: [TOO_MUCH] }
        if (made.cel === undefined) {
          for (const says of made.faults) fault(path, says)
          return NEVER
        }
        made.cel.roots.forEach(reads)
        for (const seen of made.cel.paths) {
          const says = unknown(seen)
          if (says !== null) doubt(path, says)
        }
        for (const says of made.doubts) doubt(path, says)
        const never = made.doubts.length > 0 ? null : constantFault(made.cel, use)
        if (never !== null) doubt(path, never)
        return made.cel
      },
      text(path, source, names) {
        const allowed = names === undefined ? ownNames : narrowed(names, vars)
        const made = room(source) ? compileText(source, allowed) : { faults: [TOO_MUCH] }
        if (made.text === undefined) {
          for (const says of made.faults) fault(path, says)
          return ''
        }
        if (typeof made.text !== 'string') made.text.roots.forEach(reads)
        meets(path, source, allowed)
        return made.text
      },
      json(path, value) {
        const allowed = room(JSON.stringify(value) ?? '') ? value : null
        if (allowed !== value) fault(path, TOO_MUCH)
        const { json, roots, faults } = compileJson(allowed, ownNames)
        for (const { path: below, says } of faults) fault(`${path}${below}`, says)
        roots.forEach(reads)
        meets(path, allowed)
        return json
      },
      url(path, source) {
        const made = room(source) ? compileUrl(source, ownNames) : { faults: [TOO_MUCH] }
        if (made.url === undefined) {
          for (const says of made.faults) fault(path, says)
          return { base: '', rest: '' }
        }
        made.roots.forEach(reads)
        meets(path, source)
        return made.url
      },
      concealed(path, source, secrets) {
        const isRoom = room(source)
        if (!isRoom) fault(path, TOO_MUCH)
        else meets(path, source, [...ownNames, 'secrets'])
        return compileConcealed(
          path,
          isRoom ? source : '',
          { names: ownNames, secrets, fault, reads: readsAll },
          'none',
        )
      },
      body(path, value, secrets) {
        const isRoom = room(JSON.stringify(value) ?? '')
        if (!isRoom) fault(path, TOO_MUCH)
        else meets(path, value, [...ownNames, 'secrets'])
        return compileBody(path, isRoom ? value : null, { names: ownNames, secrets, fault, reads: readsAll })
      },
      secret(path, name) {
        if (world.secrets?.has(name) !== false) return
        const quoted = JSON.stringify(name)
        fault(path, { en: `there is no secret ${quoted}`, es: `no existe el secreto ${quoted}` })
      },
      duration(path, source) {
        const span = parseDuration(source)
        if (span === null) {
          fault(path, {
            en: `“${source}” is no ISO 8601 duration of at most ten years, like PT4H or P3D`,
            es: `«${source}» no es una duración ISO 8601 de diez años como máximo, como PT4H o P3D`,
          })
        }
        return span ?? NO_TIME
      },
      calendar(path, name) {
        found.calendars.add(name)
        found.readers.add(nodeId)
        if (name === 'queue') reads('queue')
        else if (world.calendars?.has(name) === false) {
          const quoted = JSON.stringify(name)
          fault(path, { en: `there is no calendar ${quoted}`, es: `no existe el calendario ${quoted}` })
        }
      },
      listens: (event, key) => void found.listens.push({ event, key }),
    }
  }
}
