import type { LogEvent } from '#platform/event.ts'

/** What is told of an event: enough to show a line of it and to know what to look at again. */
type Line = {
  position: number
  id: string
  type: string
  subject: string
  conversationId: string | null
  time: string
}

/** One who listens: takes a frame, or says that its reader is behind. */
export type Ear = { take(frame: string): boolean }

/** One frame in so long, and of that many events: nobody reads more, and browsers shall not have to. */
export const FRAME_MS = 250
export const MOST_LINES = 20

const lineOf = ({ position, id, type, subject, encounterId, occurredAt }: LogEvent): Line => ({
  position,
  id,
  type,
  subject,
  conversationId: encounterId,
  time: new Date(occurredAt).toISOString(),
})

const frameOf = (events: readonly Line[], left: number): string => `data: ${JSON.stringify({ events, left })}\n\n`

/**
 * Those of one tenant who listen. What happens within a moment is one frame, made once for all of them; what does not go
 * into it, and what a reader that is behind has missed, is counted.
 */
export function createRoom() {
  /** With how many events each has missed. */
  const ears = new Map<Ear, number>()
  let lines: Line[] = []
  let left = 0
  let timer: NodeJS.Timeout | undefined
  let sentAt = 0

  function send(): void {
    timer = undefined
    sentAt = performance.now()
    const frame = frameOf(lines, left)
    for (const [ear, missed] of ears) {
      const taken = ear.take(missed === 0 ? frame : frameOf(lines, left + missed))
      ears.set(ear, taken ? 0 : missed + lines.length + left)
    }
    lines = []
    left = 0
  }

  return {
    get empty() {
      return ears.size === 0
    },
    tell(event: LogEvent): void {
      if (lines.length < MOST_LINES) lines.push(lineOf(event))
      else left += 1
      timer ??= setTimeout(send, Math.max(0, sentAt + FRAME_MS - performance.now()))
    },
    /** @returns takes it away again */
    add(ear: Ear): () => void {
      ears.set(ear, 0)
      return () => {
        ears.delete(ear)
        if (ears.size > 0) return
        clearTimeout(timer)
        timer = undefined
        lines = []
        left = 0
      }
    },
  }
}
