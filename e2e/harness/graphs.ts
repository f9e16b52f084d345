const at = (x: number, y: number) => ({ position: { x, y } })

/** Uses every durable part of a flow: variables, a branch, an outgoing call, a wait, an event of its own. */
export const countedGraph = (receiver: string) => ({
  name: 'Counted',
  settings: { key: 'event.subject', onePerKey: false },
  nodes: [
    { id: 'start', type: 'trigger', ...at(0, 0), data: { event: 'order.placed' } },
    { id: 'size', type: 'set', ...at(0, 1), data: { vars: { large: 'event.data.n % 2 == 0' } } },
    { id: 'which', type: 'branch', ...at(0, 2), data: { cases: [{ handle: 'large', when: 'vars.large' }] } },
    {
      id: 'call',
      type: 'http',
      ...at(0, 3),
      data: { method: 'POST', url: `${receiver}/flow`, body: { order: '{{ event.id }}' }, save: 'answer' },
    },
    { id: 'pause', type: 'wait', ...at(1, 3), data: { for: 'PT0.2S' } },
    { id: 'tell', type: 'emit', ...at(0, 4), data: { type: 'order.handled', data: { order: '{{ event.id }}' } } },
    { id: 'done', type: 'end', ...at(0, 5), data: {} },
  ],
  edges: [
    { id: '1', source: 'start', target: 'size' },
    { id: '2', source: 'size', target: 'which' },
    { id: '3', source: 'which', sourceHandle: 'large', target: 'call' },
    { id: '4', source: 'which', sourceHandle: 'else', target: 'pause' },
    { id: '5', source: 'call', target: 'tell' },
    { id: '6', source: 'pause', target: 'tell' },
    { id: '7', source: 'tell', target: 'done' },
  ],
})

/** Says at once what it saw: the order of its events is the order in which the consumer handled a subject's. */
export const seenGraph = {
  name: 'Seen',
  settings: { key: 'event.subject', onePerKey: false },
  nodes: [
    { id: 'start', type: 'trigger', ...at(0, 0), data: { event: 'order.placed' } },
    { id: 'tell', type: 'emit', ...at(0, 1), data: { type: 'order.seen', data: { order: '{{ event.id }}' } } },
  ],
  edges: [{ id: '1', source: 'start', target: 'tell' }],
}
