/*
 * Flows drawn by lot over every kind of node, and a model kept apart from the program: what each run must do outside, by the
 * keys under which it says so, and how it ends. No code of the interpreter is in it.
 */

/** What one run has done when it is over. */
export type Expected = {
  status: 'completed' | 'failed'
  /** Events that it tells, each once. */
  told: string[]
  /** Of those that undo steps: in this order. */
  undone: string[]
  /** Calls by their keys: how many different requests there are of each. */
  called: Map<string, number>
  notes: string[]
  messages: string[]
  /** Questions to the language model. */
  asked: string[]
  splits: number
}

type Leaf =
  | 'set'
  | 'wait'
  | 'emit'
  | 'message'
  | 'assign'
  | 'tag'
  | 'extend'
  | 'notify'
  | 'call'
  | 'refused'
  | 'retried'
  | 'model'
  | 'slot'
  | 'complaint'
  | 'sub'
  | 'approval'
  | 'timeout'
const LEAVES: readonly Leaf[] = [
  ...(['set', 'wait', 'emit', 'message', 'assign', 'tag', 'extend', 'notify', 'call', 'refused', 'retried'] as const),
  ...(['model', 'slot', 'complaint', 'sub', 'approval', 'timeout'] as const),
]

type Block =
  | { kind: Leaf }
  | { kind: 'branch' | 'split' | 'all' | 'any'; inside: Block[][] }
  | { kind: 'loop'; items: number; inside: Block[][] }
  /** At the top only: a call that can be undone, what undoes all of them so far, a reply of the tester, the end. */
  | { kind: 'doable' | 'undo' | 'reply' | 'fail' | 'close' }

type Lots = () => number

/** A row of blocks as drawn by lot; the first leaves come in turn, so that every kind is there. */
function blocks(random: Lots, depth: number, leaves: Iterator<Leaf>): Block[] {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, (): Block => {
    const lot = depth === 0 ? 1 : random()
    const inside = (n: number) => Array.from({ length: n }, () => blocks(random, depth - 1, leaves))
    if (lot < 0.12) return { kind: 'branch', inside: inside(2) }
    if (lot < 0.2) return { kind: 'split', inside: inside(2) }
    if (lot < 0.28) return { kind: 'loop', items: Math.floor(random() * 4), inside: inside(1) }
    if (lot < 0.36) return { kind: 'all', inside: inside(2) }
    if (lot < 0.42) return { kind: 'any', inside: inside(1) }
    return { kind: leaves.next().value as Leaf }
  })
}

function* inTurn(random: Lots): Iterator<Leaf> {
  for (let n = Math.floor(random() * LEAVES.length); ; n++) yield LEAVES[n % LEAVES.length] as Leaf
}

function top(random: Lots, k: number, leaves: Iterator<Leaf>): Block[] {
  const row: Block[] = []
  for (let i = 0; i < 2 + (k % 3); i++) {
    row.push(...blocks(random, 2, leaves))
    if (random() < 0.4) row.push({ kind: 'doable' })
    if (random() < 0.15) row.push({ kind: 'undo' })
  }
  if (k % 3 === 0) row.splice(Math.floor(random() * row.length), 0, { kind: 'reply' })
  if (k % 5 === 1) row.push({ kind: 'fail' })
  else if (k % 5 === 2) row.push({ kind: 'close' })
  return row
}

type Node = { id: string; type: string; position: { x: number; y: number }; data: object }
type Edge = { id: string; source: string; target: string; sourceHandle?: string }
export type Plan = {
  event: string
  graph: { name: string; settings: object; nodes: Node[]; edges: Edge[] }
  /** It waits for a reply. */
  replies: boolean
  /** It closes its conversation, and so has one of its own. */
  closes: boolean
  /** What a run of the event with this number does. */
  expect(n: number): Expected
}

/** How runs of the flow may begin, by turns. */
const ENTRIES: readonly object[] = [
  {},
  { concurrency: 6, priority: 'event.data.n % 3' },
  { rate: { limit: 60, per: 'PT1S' } },
  { timeLimit: 'PT1H', goal: { event: 'gen.never', within: 'P1D', ends: true } },
  { debounce: 'PT0.3S' },
  { batch: { size: 2, within: 'PT0.3S' }, oncePer: 'P1D' },
]

/** @param called the flow that `subflow` begins */
export function planOf(k: number, random: Lots, receiver: string, called: string): Plan {
  const row = top(random, k, inTurn(random))
  const nodes: Node[] = []
  const edges: Edge[] = []
  const event = `gen.f${k}`
  let count = 0
  const add = (id: string, type: string, data: object) =>
    void nodes.push({ id, type, position: { x: 0, y: nodes.length }, data })
  const join = (source: string, target: string, sourceHandle?: string) =>
    void edges.push({
      id: String(edges.length),
      source,
      target,
      ...(sourceHandle === undefined ? {} : { sourceHandle }),
    })

  type Model = (n: number, items: readonly number[], made: Expected) => unknown
  type Drawn = { first: string; model: Model }

  const post = (body: object, more: object = {}) => ({ method: 'POST', url: `${receiver}/call`, body, ...more })
  const keyIn = (id: string, loops: readonly string[]) =>
    [`f${k}`, id, '{{ event.data.n }}', ...loops.map((name) => `{{ vars.${name} }}`)].join('/')
  const keyOf = (id: string, n: number, items: readonly number[]) => [`f${k}`, id, n, ...items].join('/')

  /** Draws a row backwards, so that each block knows where it leads. @returns where it begins */
  function drawRow(list: readonly Block[], to: string, loops: readonly string[]): Drawn {
    let first = to
    const models: Model[] = []
    for (const block of list.toReversed()) {
      const drawn = draw(block, first, loops)
      first = drawn.first
      models.unshift(drawn.model)
    }
    return {
      first,
      model: (n, items, made) =>
        models.every((model) => {
          model(n, items, made)
          return made.status === 'completed'
        }),
    }
  }

  function draw(block: Block, to: string, loops: readonly string[]): Drawn {
    const id = `n${++count}`
    switch (block.kind) {
      case 'branch': {
        const [yes, no] = block.inside.map((list) => drawRow(list, to, loops)) as [Drawn, Drawn]
        add(id, 'branch', { cases: [{ handle: 'yes', when: `(event.data.n + ${count}) % 2 == 0` }] })
        const own = count
        join(id, yes.first, 'yes')
        join(id, no.first, 'else')
        return { first: id, model: (n, ...rest) => ((n + own) % 2 === 0 ? yes : no).model(n, ...rest) }
      }
      case 'split': {
        // Which arm a person goes is the program's; both lead to the same.
        const inside = drawRow(block.inside[0] ?? [], to, loops)
        add(id, 'split', {
          arms: [
            { handle: 'a', weight: 1 },
            { handle: 'b', weight: 1 },
          ],
        })
        for (const arm of ['a', 'b']) {
          add(`${id}${arm}`, 'emit', { type: 'gen.arm', data: { key: keyIn(id, loops), arm } })
          join(id, `${id}${arm}`, arm)
          join(`${id}${arm}`, inside.first)
        }
        return {
          first: id,
          model(n, items, made) {
            made.splits += 1
            inside.model(n, items, made)
          },
        }
      }
      case 'loop': {
        const name = `i${id}`
        const items = Array.from({ length: block.items }, (_, i) => i + 1)
        const body = drawRow(block.inside[0] ?? [], id, [...loops, name])
        add(id, 'forEach', { items: JSON.stringify(items), as: name })
        join(id, body.first, 'item')
        join(id, to, 'done')
        return {
          first: id,
          model: (n, outer, made) => items.map((item) => body.model(n, [...outer, item], made)),
        }
      }
      case 'all':
      case 'any': {
        add(`j${id}`, 'join', { mode: block.kind })
        join(`j${id}`, to)
        add(id, 'parallel', {})
        const inside = block.inside.map((list) => drawRow(list, `j${id}`, loops))
        for (const { first } of inside) join(id, first)
        if (block.kind === 'any') {
          // The other branch would take longer than anybody lives.
          add(`w${id}`, 'wait', { for: 'P9Y' })
          join(`w${id}`, `j${id}`)
          join(id, `w${id}`)
        }
        return { first: id, model: (n, items, made) => inside.map(({ model }) => model(n, items, made)) }
      }
      case 'doable':
        add(id, 'http', post({ key: keyIn(id, loops) }))
        add(`u${id}`, 'emit', { type: 'gen.undone', data: { key: keyIn(id, loops) } })
        join(id, to)
        join(id, `u${id}`, 'undo')
        return {
          first: id,
          model(n, items, made) {
            made.called.set(keyOf(id, n, items), 1)
            pending(made).push(keyOf(id, n, items))
          },
        }
      case 'undo':
        add(id, 'undo', {})
        join(id, to)
        return { first: id, model: (_n, _items, made) => undo(made) }
      case 'fail':
        add(id, 'http', post({ key: keyIn(id, loops), fails: 99 }))
        join(id, to, 'ok')
        return {
          first: id,
          model(n, items, made) {
            made.called.set(keyOf(id, n, items), 1)
            undo(made)
            made.status = 'failed'
          },
        }
      case 'reply':
        add(id, 'waitForEvent', { event: 'gen.reply', timeout: 'P1D' })
        add(`t${id}`, 'emit', { type: 'gen.told', data: { key: keyIn(id, loops) } })
        join(id, `t${id}`, 'event')
        join(id, 'late', 'timeout')
        join(`t${id}`, to)
        return { first: id, model: (n, items, made) => void made.told.push(keyOf(id, n, items)) }
      case 'close':
        add(id, 'close', { reason: 'generated' })
        join(id, to)
        return { first: id, model: () => {} }
      default:
        return leaf(block.kind, id, to, loops)
    }
  }

  function leaf(kind: Leaf, id: string, to: string, loops: readonly string[]): Drawn {
    const key = keyIn(id, loops)
    const [type, data] = (
      {
        set: ['set', { vars: { s: `'${id}'` } }],
        wait: ['wait', { for: `PT0.${1 + (count % 4)}S` }],
        emit: ['emit', { type: 'gen.told', data: { key } }],
        message: ['message', { text: key }],
        assign: ['assign', { team: 'team-{{ event.data.n }}' }],
        tag: ['tag', { tags: [`tag-${id}`] }],
        extend: ['extend', { by: 'PT1H' }],
        notify: ['notify', { to: { contactId: 'c' }, content: { body: key }, channels: ['push'] }],
        call: ['http', post({ key })],
        refused: ['http', post({ key, fails: 99 })],
        retried: ['http', post({ key, fails: 2 }, { retry: { attempts: 3, after: 'PT1S' } })],
        model: ['llm', { prompt: key }],
        slot: ['bookSlot', { serviceId: 's', start: '2030-01-01T10:00:00Z' }],
        complaint: ['createComplaint', { description: 'd' }],
        sub: ['subflow', { flow: called, input: { key } }],
        approval: ['approval', { to: { address: 'a@example.com' }, text: key }],
        timeout: ['waitForEvent', { event: 'gen.nothing', timeout: 'PT0.2S' }],
      } as const satisfies Record<Leaf, readonly [string, object]>
    )[kind]
    add(id, type, data)
    if (kind === 'timeout') for (const way of ['event', 'timeout']) join(id, to, way)
    else if (kind === 'approval') for (const way of ['approved', 'rejected']) join(id, to, way)
    else join(id, to)
    return {
      first: id,
      model(n, items, made) {
        const own = keyOf(id, n, items)
        if (kind === 'emit' || kind === 'sub') made.told.push(own)
        if (kind === 'message') made.messages.push(own)
        if (kind === 'notify') made.notes.push(own)
        if (kind === 'model') made.asked.push(own)
        if (kind === 'call' || kind === 'refused') made.called.set(own, 1)
        if (kind === 'retried') made.called.set(own, 3)
      },
    }
  }

  add('start', 'trigger', { event })
  add('done', 'end', { outcome: 'done' })
  const whole = drawRow(row, 'done', [])
  join('start', whole.first)
  const replies = row.some(({ kind }) => kind === 'reply')
  if (replies) add('late', 'end', { outcome: 'late' })
  return {
    event,
    graph: {
      name: `Generated ${k}`,
      settings: { key: 'event.subject', onePerKey: false, ...ENTRIES[k % ENTRIES.length] },
      nodes,
      edges,
    },
    replies,
    closes: row.some(({ kind }) => kind === 'close'),
    expect(n) {
      const made: Expected = {
        ...{ status: 'completed', told: [], undone: [], called: new Map(), notes: [], messages: [], asked: [] },
        splits: 0,
      }
      whole.model(n, [], made)
      return made
    },
  }
}

/** What a run has done and can undo, until it does. */
const undoable = new WeakMap<Expected, string[]>()
function pending(made: Expected): string[] {
  const list = undoable.get(made) ?? []
  undoable.set(made, list)
  return list
}
const undo = (made: Expected): void => void made.undone.push(...pending(made).splice(0).reverse())
