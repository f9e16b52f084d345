import { type GraphFault, shapeFaults } from '#flows/graph.ts'
import type { FlowDocument } from '#flows/portable/document.ts'
import { type Note, TooLarge } from '#flows/portable/drawing.ts'
import { readN8n } from '#flows/portable/n8n.ts'
import { readNovu } from '#flows/portable/novu.ts'
import { readTypebot } from '#flows/portable/typebot.ts'

/** Other products whose files are read, one line each. */
const READERS = { n8n: readN8n, typebot: readTypebot, novu: readNovu } as const

export type Format = keyof typeof READERS
export const FORMATS = Object.keys(READERS) as Format[]

/** Reads a file of another product. What could not be carried over is in `notes`. */
export function readForeign(
  format: Format,
  value: unknown,
): { document?: FlowDocument; notes: readonly Note[]; faults: readonly GraphFault[] } {
  let read: ReturnType<(typeof READERS)[Format]>
  try {
    read = READERS[format](value)
  } catch (error) {
    if (error instanceof TooLarge) return { notes: [], faults: [error.fault] }
    throw error
  }
  if (read === null) {
    const says = { en: `is no export of ${format}`, es: `no es una exportación de ${format}` }
    return { notes: [], faults: [{ nodeId: null, says }] }
  }
  const faults = shapeFaults(read.graph)
  if (faults.length > 0) return { notes: [], faults }
  return { document: { id: null, graph: read.graph, cases: null }, notes: read.notes, faults: [] }
}
