/** The letters to change, add or take away until one is the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] as number) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[other.length] as number
}

/** Longer names are mistyped ones of nothing that is known. */
const MOST_LETTERS = 60

/** The names most alike to what somebody wrote, or whose last part is, the nearest first. */
export function nearestTo(written: string, names: readonly string[]): string[] {
  const word = written.slice(0, MOST_LETTERS).toLowerCase()
  const away = (name: string) => {
    const known = name.toLowerCase()
    return Math.min(distance(word, known), distance(word, known.slice(known.lastIndexOf('.') + 1)))
  }
  return names
    .map((name) => ({ name, away: away(name) }))
    .sort((a, b) => a.away - b.away)
    .map(({ name }) => name)
}
