import { type Graph, MAX_NODES } from '#flows/graph.ts'
import {
  type Drawing,
  drawing,
  listOf,
  membersOf,
  type Note,
  numberIn,
  ownIn,
  TooLarge,
  textIn,
} from '#flows/portable/drawing.ts'
import type { Source } from '#flows/portable/n8n-expressions.ts'
import { joinsOf } from '#flows/portable/n8n-joins.ts'
import { tellOfConnections, tellOfItems, tellOfLoose, tellOfNode } from '#flows/portable/n8n-lost.ts'
import type { Made, Step } from '#flows/portable/n8n-step.ts'
import { STEPS } from '#flows/portable/n8n-steps.ts'

/** n8n itself waits no longer between two tries. */
const MOST_BETWEEN_MS = 5_000

/** Nodes of n8n that lead on and do nothing here. */
const PASSES: ReadonlySet<string> = new Set(['noOp', 'merge', 'respondToWebhook', 'stickyNote'])

/**
 * A workflow of n8n (its export as JSON, from version 0.2 on) as a graph of ours. What has no counterpart stands in the
 * draft as it was, so that publishing names it, and is told of.
 */
export function readN8n(value: unknown): { graph: Graph; notes: readonly Note[] } | null {
  const workflow = membersOf(value)
  if (!Array.isArray(workflow.nodes)) return null
  if (workflow.nodes.length > MAX_NODES) throw new TooLarge('nodes', workflow.nodes.length)
  const drawn = drawing()
  const steps = listOf(workflow.nodes).map(stepOf)
  const known = new Map(steps.map((step) => [step.name, step]))
  const before = predecessors(membersOf(workflow.connections))
  const named = textIn(membersOf(workflow.settings).timezone)
  // Of `DEFAULT` only the installation of n8n knows which it is.
  const zone = named === '' || named === 'DEFAULT' ? null : named
  const made = new Map<string, Made>()
  const joins = joinsOf(
    steps.filter(({ kind, disabled }) => kind === 'merge' && !disabled).map(({ name }) => name),
    membersOf(workflow.connections),
  )
  // In the order in which they follow each other, so that each knows where its values come from.
  for (const step of inOrder(steps, before)) {
    const source = sourceFor(step, { known, before, made })
    const drawnAs = withErrors(joins.has(step.name) ? joined(drawn, step) : draw(drawn, step, source, zone), step)
    made.set(step.name, drawnAs)
    if (drawnAs.id !== null) tellOfNode(drawn, drawnAs.id, step, drawnAs.foreign !== true)
    if (step.notes !== '') {
      const words = step.notes.slice(0, 500)
      drawn.note(drawnAs.id, `${step.name}: a note on it: ${words}`, `${step.name}: una nota en él: ${words}`)
    }
  }
  connect(drawn, membersOf(workflow.connections), made)
  tellOfConnections(drawn, membersOf(workflow.connections), new Set(known.keys()))
  tellOfLoose(
    drawn,
    steps.filter(({ name }) => made.get(name)?.id != null && made.get(name)?.foreign !== true),
  )
  tellOfItems(
    drawn,
    steps
      .filter((step) => mayGiveSeveral(step, made) && leadsOn(workflow.connections, step.name))
      .map(({ name }) => name),
  )
  const identified = steps.filter(({ credentials }) => credentials).map(({ name }) => name)
  if (identified.length > 0) {
    const list = identified.slice(0, 20).join(', ')
    drawn.note(
      null,
      `credentials are not in an export (${list}): make secrets, and name them in headers as {{ secrets.name }}`,
      `las credenciales no vienen en la exportación (${list}): crea secretos y nómbralos en las cabeceras como {{ secrets.nombre }}`,
    )
  }
  tellOfSettings(drawn, membersOf(workflow.settings))
  const graph = drawn.graph(textIn(workflow.name) || 'n8n')
  tellOfTexts(drawn, graph)
  return { graph, notes: drawn.notes }
}

/** Tells once of texts that name fields: of conditions and variables all is said in them. */
function tellOfTexts(drawn: Drawing, { nodes }: Graph): void {
  const naming = nodes.filter(
    ({ type, data }) =>
      (type === 'http' || type === 'notify') && /\{\{ (?:event\.data|vars)[.[]/.test(JSON.stringify(data)),
  )
  if (naming.length === 0) return
  const list = naming
    .slice(0, 20)
    .map(({ id }) => id)
    .join(', ')
  drawn.note(
    null,
    `n8n wrote nothing where a field is missing; here a text that names one fails (${list}): write \`| default: ""\` behind one that may be missing`,
    `n8n no escribía nada si falta un campo; aquí un texto que lo nombra falla (${list}): escribe \`| default: ""\` tras el que pueda faltar`,
  )
}

function tellOfSettings(drawn: Drawing, { errorWorkflow, executionTimeout }: { [name: string]: unknown }): void {
  if (textIn(errorWorkflow) !== '')
    drawn.note(
      null,
      'another workflow ran when this one failed (errorWorkflow); import it too, and name its flow in onError',
      'otro workflow se ejecutaba cuando este fallaba (errorWorkflow); impórtalo también y nombra su flujo en onError',
    )
  const seconds = numberIn(executionTimeout) ?? 0
  if (seconds > 0)
    drawn.note(
      null,
      `it ran ${seconds} s at most (executionTimeout); waits count here, so say in timeLimit how long it may take`,
      `se ejecutaba ${seconds} s como máximo (executionTimeout); aquí las esperas cuentan: di en timeLimit cuánto puede durar`,
    )
}

function stepOf(node: { [name: string]: unknown }): Step {
  const position = Array.isArray(node.position) ? node.position.map(numberIn) : []
  const [x = null, y = null] = position
  return {
    name: textIn(node.name) || textIn(node.id),
    type: textIn(node.type),
    kind: textIn(node.type).split('.').at(-1) ?? '',
    version: typeof node.typeVersion === 'number' ? node.typeVersion : 1,
    parameters: membersOf(node.parameters),
    at: x === null || y === null ? null : { x, y },
    disabled: node.disabled === true,
    credentials: Object.keys(membersOf(node.credentials)).length > 0 || identifiesItself(node),
    notes: textIn(node.notes).trim(),
    onError: node.continueOnFail === true ? 'continueRegularOutput' : textIn(node.onError),
    tries: node.retryOnFail === true ? Math.max(1, Math.min(10, Math.round(numberIn(node.maxTries) ?? 3))) : 1,
    betweenMs: Math.min(MOST_BETWEEN_MS, numberIn(node.waitBetweenTries) ?? 1_000),
    node,
  }
}

/** A request that says how it identifies itself, also where no credential is linked to it any more. */
const identifiesItself = ({ type, parameters }: { [name: string]: unknown }): boolean =>
  textIn(type).endsWith('.httpRequest') && !['', 'none'].includes(textIn(membersOf(parameters).authentication))

/** Whether what comes out of a node may be several items: it asks somebody, or does what nothing here does. */
const mayGiveSeveral = ({ name, kind }: Step, made: ReadonlyMap<string, Made>): boolean => {
  const { id = null, foreign = false } = made.get(name) ?? {}
  return id !== null && (kind === 'httpRequest' || foreign)
}

const leadsOn = (connections: unknown, name: string): boolean => {
  const { main } = membersOf(membersOf(connections)[name])
  return Array.isArray(main) && main.some((output) => listOf(output).length > 0)
}

type Before = ReadonlyMap<string, readonly string[]>

function predecessors(connections: { [name: string]: unknown }): Before {
  const found = new Map<string, string[]>()
  for (const [from, outputs] of Object.entries(connections)) {
    for (const output of Array.isArray(membersOf(outputs).main) ? (membersOf(outputs).main as unknown[]) : []) {
      for (const { node } of listOf(output)) {
        const sources = found.get(textIn(node))
        if (sources === undefined) found.set(textIn(node), [from])
        else sources.push(from)
      }
    }
  }
  return found
}

function inOrder(steps: readonly Step[], before: Before): Step[] {
  const left = new Set(steps)
  const done = new Set<string>()
  const ordered: Step[] = []
  while (left.size > 0) {
    const ready = [...left].filter(({ name }) => (before.get(name) ?? []).every((one) => done.has(one)))
    // A cycle: whoever is first.
    for (const step of ready.length > 0 ? ready : [...left].slice(0, 1)) {
      left.delete(step)
      done.add(step.name)
      ordered.push(step)
    }
  }
  return ordered
}

type Around = { known: ReadonlyMap<string, Step>; before: Before; made: ReadonlyMap<string, Made> }

/** Finds where a value is that n8n takes from the node before, or from one that is named. */
function sourceFor(step: Step, { known, before, made }: Around): Source {
  const at = (name: string, path: readonly string[], seen: Set<string>): string | null => {
    if (seen.has(name)) return null
    seen.add(name)
    const found = made.get(name)?.value?.(path)
    if (found !== undefined && found !== null) return found
    const [previous] = before.get(name) ?? []
    return previous === undefined ? null : at(previous, path, seen)
  }
  return (named, path) => {
    if (named !== null) return known.has(named) ? at(named, path, new Set()) : null
    const [previous] = before.get(step.name) ?? []
    return previous === undefined ? null : at(previous, path, new Set([step.name]))
  }
}

function draw(drawn: Drawing, step: Step, source: Source, zone: string | null): Made {
  const { name, kind, type, parameters, at } = step
  if (kind === 'stickyNote') {
    drawn.note(
      null,
      `a note on the canvas: ${textIn(parameters.content).slice(0, 500)}`,
      `una nota en el lienzo: ${textIn(parameters.content).slice(0, 500)}`,
    )
    return { id: null }
  }
  if (step.disabled || PASSES.has(kind)) {
    if (kind === 'merge') {
      drawn.note(
        null,
        `${name} (merge): data are not merged; what follows is done for each branch`,
        `${name} (merge): los datos no se combinan; lo que sigue se hace por cada rama`,
      )
    } else if (kind === 'respondToWebhook') {
      drawn.note(
        null,
        `${name}: nobody waits for an answer; events are answered when they are stored`,
        `${name}: nadie espera una respuesta; los eventos se responden al guardarse`,
      )
    } else if (step.disabled)
      drawn.note(null, `${name} was switched off, and is left out`, `${name} estaba desactivado y se omite`)
    return { id: null }
  }
  const own = ownIn(STEPS, kind) ?? (kind.endsWith('Trigger') ? STEPS.otherTrigger : undefined)
  const made = own?.({ drawn, step, source, zone })
  if (made !== undefined && !('unfit' in made)) return made
  const id = drawn.add(name, type, parameters, at)
  const [en, es] = made?.unfit ?? [`there is no step like ${type} here`, `aquí no hay un paso como ${type}`]
  drawn.note(id, `${name}: ${en}; it stands in the draft as it was`, `${name}: ${es}; queda en el borrador como estaba`)
  return { id, foreign: true }
}

/** What merges, behind a fork: it waits for all branches. */
function joined(drawn: Drawing, { name, at }: Step): Made {
  const id = drawn.add(name, 'join', { mode: 'all' }, at)
  drawn.note(
    id,
    `${name} (merge): waits for all branches, as in n8n; data are not merged: each step’s are found under its own name`,
    `${name} (merge): espera a todas las ramas, como en n8n; los datos no se combinan: los de cada paso están bajo su nombre`,
  )
  return { id }
}

/** With the way of failures, where n8n has an output for them: it is the last one. */
function withErrors(made: Made, { onError, kind }: Step): Made {
  if (onError !== 'continueErrorOutput' || kind === 'httpRequest' || kind === 'emailSend' || kind === 'gmail')
    return made
  const { outputs = 1, ways } = made
  return { ...made, ways: (output) => (output < outputs ? ways?.(output) : 'error') }
}

/** Draws the ways. A node that leads nowhere itself is gone through. */
function connect(drawn: Drawing, connections: { [name: string]: unknown }, made: ReadonlyMap<string, Made>): void {
  const next = (name: string, output: number): string[] => {
    const outputs = membersOf(connections[name]).main
    return Array.isArray(outputs) ? listOf(outputs[output]).map(({ node }) => textIn(node)) : []
  }
  const known = new Map<string, readonly string[]>()
  /** Where a node leads through which others lead. */
  const behind = (name: string): readonly string[] => {
    const found = known.get(name) ?? [...walked(next(name, 0))]
    known.set(name, found)
    return found
  }
  function* walked(from: readonly string[]): Iterable<string> {
    const seen = new Set<string>()
    const left = from.toReversed()
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const at = made.get(name)
      if (at === undefined || seen.has(name)) continue
      seen.add(name)
      if (at.id === null) left.push(...next(name, 0).toReversed())
      else yield at.id
    }
  }
  const targetsOf = (name: string, output: number): string[] =>
    next(name, output).flatMap((target) => {
      const id = made.get(target)?.id
      return id === undefined ? [] : id === null ? behind(target) : [id]
    })
  for (const [name, { id, ways, mustLead = [] }] of made) {
    if (id === null) continue
    const led = new Set<string | undefined>()
    const outputs = membersOf(connections[name]).main
    for (const output of Array.isArray(outputs) ? outputs.keys() : []) {
      const found = new Set(targetsOf(name, output))
      if (found.delete(id))
        drawn.note(
          id,
          `${name}: its output ${output} leads back to itself with no step between that is one here; that way is not drawn`,
          `${name}: su salida ${output} vuelve a él sin ningún paso intermedio que aquí lo sea; ese camino no se dibuja`,
        )
      const targets = [...found]
      const leaving = [ways?.(output)].flat().filter((way) => way !== null)
      const [first] = targets
      if (first === undefined || leaving.length === 0) continue
      const to = targets.length === 1 ? first : drawn.add(`${name} parallel`, 'parallel', {})
      for (const way of leaving) {
        drawn.edge(id, to, way)
        led.add(way)
      }
      if (to !== first) for (const target of targets) drawn.edge(to, target)
    }
    const open = led.has(undefined) ? [] : mustLead.filter((way) => !led.has(way))
    if (open.length === 0) continue
    // Nothing is to be done there, and that is no failure.
    const end = drawn.add(`${name} end`, 'end', {})
    for (const way of open) drawn.edge(id, end, way)
  }
}
