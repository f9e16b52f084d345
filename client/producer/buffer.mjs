/** @typedef {import('./event.mjs').Entry} Entry */

/**
 * What waits, in order, bounded by number and bytes. What is on its way counts until it is answered, and is never
 * dropped for want of room.
 * @param {{ maxEvents: number, maxBytes: number, dropWhenFull: 'newest' | 'oldest' }} bounds
 */
export function createBuffer({ maxEvents, maxBytes, dropWhenFull }) {
  /** In the order of their turns. @type {Set<Entry>} */
  const waiting = new Set()
  /** @type {ReadonlySet<Entry>} */
  let onTheWay = new Set()
  let bytes = 0

  const fits = (/** @type {number} */ more) => waiting.size < maxEvents && bytes + more <= maxBytes

  function remove(/** @type {Entry} */ entry) {
    if (waiting.delete(entry)) bytes -= entry.bytes
  }

  /** What may be dropped, the oldest first. */
  function* droppable() {
    for (const entry of waiting) if (!onTheWay.has(entry)) yield entry
  }

  return {
    get size() {
      return waiting.size
    },
    get bytes() {
      return bytes
    },
    /** The turn of what has waited longest; Infinity when nothing waits. */
    get oldestTurn() {
      for (const { turn } of waiting) return turn
      return Number.POSITIVE_INFINITY
    },
    /**
     * @returns {Entry[]} what was dropped for it, perhaps itself
     */
    add(/** @type {Entry} */ entry) {
      /** @type {Entry[]} */
      const dropped = []
      if (dropWhenFull === 'oldest' && entry.bytes <= maxBytes) {
        for (const oldest of droppable()) {
          if (fits(entry.bytes)) break
          remove(oldest)
          dropped.push(oldest)
        }
      }
      if (!fits(entry.bytes)) return [...dropped, entry]
      waiting.add(entry)
      bytes += entry.bytes
      return dropped
    },
    /**
     * The next ones, at least one of those that wait; they are on their way until `back`.
     * @param {{ events: number, bytes: number }} most
     * @returns {Entry[]}
     */
    take(most) {
      /** @type {Entry[]} */
      const batch = []
      let size = 0
      for (const entry of waiting) {
        if (batch.length > 0 && (batch.length >= most.events || size + entry.bytes > most.bytes)) break
        batch.push(entry)
        size += entry.bytes
      }
      onTheWay = new Set(batch)
      return batch
    },
    /** Nothing is on its way any more. */
    back() {
      onTheWay = new Set()
    },
    remove,
    /** @returns {Entry[]} all that waited */
    clear() {
      const all = [...waiting]
      waiting.clear()
      bytes = 0
      return all
    },
  }
}
