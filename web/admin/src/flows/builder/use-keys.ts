import { type RefObject, useEffect, useRef } from 'react'
import { besideRemoved, copied, moved, pasted, pieceFrom, pieceText, removed } from '../model/edits.ts'
import type { Graph, Point } from '../model/graph.ts'
import { focusStep } from './add-menu.tsx'
import type { FlowCanvas } from './canvas.tsx'
import type { BuilderShared } from './context.tsx'

const ARROWS: { readonly [key: string]: Point } = {
  ArrowUp: { x: 0, y: -8 },
  ArrowDown: { x: 0, y: 8 },
  ArrowLeft: { x: -8, y: 0 },
  ArrowRight: { x: 8, y: 0 },
}

/** Whether keys are for what is written in, or for what lies over the drawing. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"]') !==
    null

type Keys = {
  shared: BuilderShared
  chosen: readonly string[]
  canvas: RefObject<FlowCanvas | null>
  chosenEdges: readonly string[]
  setChosenEdges: (ids: readonly string[]) => void
  enabled: boolean
}

/** The keys of the drawing: take back, delete, copy, paste, move, choose all, search, leave. */
export function useKeys(keys: Keys): void {
  const now = useRef(keys)
  now.current = keys
  // Who goes on by Tab means the step that the keys are on; what was chosen after that, as a copy, is meant before it.
  const wentOn = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something else is chosen
  useEffect(() => {
    wentOn.current = false
  }, [keys.chosen])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { shared, chosen, chosenEdges, setChosenEdges, enabled } = now.current
      if (!enabled || event.defaultPrevented) return
      const { draft, mayWrite, choose } = shared
      const command = event.ctrlKey || event.metaKey
      const key = event.key.toLowerCase()
      if (command && key === 'f') {
        const button = document.querySelector<HTMLElement>('[data-search-steps]')
        if (button === null) return
        event.preventDefault()
        button.click()
        return
      }
      if (isWriting(event.target)) return
      const done = () => event.preventDefault()
      if (event.key === 'Escape' && (chosen.length > 0 || chosenEdges.length > 0)) {
        choose([])
        setChosenEdges([])
        return done()
      }
      if (command && key === 'a') {
        choose(draft.state().history.present.nodes.map(({ id }) => id))
        return done()
      }
      if (!mayWrite) return
      if (command && (key === 'y' || (key === 'z' && event.shiftKey))) {
        keepingFocus(draft, draft.redo)
        return done()
      }
      if (command && key === 'z') {
        keepingFocus(draft, draft.undo)
        return done()
      }
      if (command && key === 'd' && chosen.length > 0) {
        const { present } = draft.state().history
        const made = pasted(present, copied(present, chosen), { x: 48, y: 48 })
        draft.change(() => made.graph)
        choose(made.ids)
        return done()
      }
      const going = goingBy(chosen, chosenEdges, wentOn.current)
      if ((event.key === 'Delete' || event.key === 'Backspace') && going.nodes.length + going.edges.length > 0) {
        keysBeside(draft.state().history.present, going)
        draft.change((graph) => removed(graph, going))
        choose([])
        setChosenEdges([])
        return done()
      }
      const step = ARROWS[event.key]
      if (step !== undefined && !command && !event.altKey && chosen.length > 0) {
        const factor = event.shiftKey ? 4 : 1
        draft.change((graph) => {
          const to = new Map<string, Point>()
          for (const { id, position } of graph.nodes) {
            if (!chosen.includes(id)) continue
            to.set(id, { x: (position?.x ?? 0) + step.x * factor, y: (position?.y ?? 0) + step.y * factor })
          }
          return moved(graph, to)
        }, `move.${chosen.join()}`)
        return done()
      }
    }
    const onCopy = (event: ClipboardEvent) => {
      const { shared, chosen, enabled } = now.current
      const { draft, mayWrite, choose } = shared
      if (!enabled || isWriting(event.target) || chosen.length === 0 || getSelection()?.toString()) return
      const { present } = draft.state().history
      event.clipboardData?.setData('text/plain', pieceText(copied(present, chosen)))
      event.preventDefault()
      if (event.type !== 'cut' || !mayWrite) return
      keysBeside(present, { nodes: chosen, edges: [] })
      draft.change((graph) => removed(graph, { nodes: chosen }))
      choose([])
    }
    const onPaste = (event: ClipboardEvent) => {
      const { shared, enabled, canvas } = now.current
      const { draft, mayWrite, choose } = shared
      if (!enabled || !mayWrite || isWriting(event.target)) return
      const piece = pieceFrom(event.clipboardData?.getData('text/plain') ?? '')
      if (piece === null || piece.nodes.length === 0) return
      event.preventDefault()
      const { present } = draft.state().history
      const made = pasted(present, piece, offsetFor(present.nodes, piece.nodes, canvas.current))
      draft.change(() => made.graph)
      choose(made.ids)
    }
    const onFocus = () => {
      wentOn.current = true
    }
    document.addEventListener('focusin', onFocus)
    document.addEventListener('keydown', onKey)
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [])
}

/** What a key takes away: what is chosen, or the step to which the keys have moved on since. */
function goingBy(nodes: readonly string[], edges: readonly string[], wentOn: boolean) {
  const focused = !wentOn ? undefined : document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id
  return focused === undefined || nodes.includes(focused) ? { nodes, edges } : { nodes: [focused], edges: [] }
}

/** The keys that are on what is about to go move on to the step beside it: they would be lost, and the next tab begin at the top. */
function keysBeside(graph: Graph, going: { nodes: readonly string[]; edges: readonly string[] }): void {
  if (document.activeElement?.closest('.react-flow__node, .react-flow__edge') == null) return
  const beside = besideRemoved(graph, going)
  if (beside !== null) focusStep(beside)
}

type Placed = readonly { position?: Point }[]

/** What is taken back may take the step away that has the focus. */
function keepingFocus(draft: BuilderShared['draft'], act: () => void): void {
  const before = draft.state().history.present
  const focused = document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id
  act()
  const there = new Set(draft.state().history.present.nodes.map(({ id }) => id))
  const gone = before.nodes.flatMap(({ id }) => (there.has(id) ? [] : [id]))
  if (focused !== undefined && gone.includes(focused)) keysBeside(before, { nodes: gone, edges: [] })
}

/** Beside what was copied; into the middle of what is seen where it came from another flow. */
function offsetFor(nodes: Placed, piece: Placed, canvas: FlowCanvas | null): Point {
  const at = (x: number, y: number) => nodes.some(({ position }) => position?.x === x && position.y === y)
  const first = piece[0]?.position ?? { x: 0, y: 0 }
  if (at(first.x, first.y)) {
    let n = 1
    while (at(first.x + 48 * n, first.y + 48 * n)) n++
    return { x: 48 * n, y: 48 * n }
  }
  const box = document.querySelector('.react-flow')?.getBoundingClientRect()
  if (canvas === null || box === undefined) return { x: 48, y: 48 }
  const middle = canvas.screenToFlowPosition({ x: box.left + box.width / 2, y: box.top + box.height / 3 })
  return { x: Math.round((middle.x - first.x) / 8) * 8, y: Math.round((middle.y - first.y) / 8) * 8 }
}
