/** An output (`{{ … }}`) or a tag (`{% … %}`) of a text, with the place at which it begins. */
export type Part = { readonly index: number; readonly text: string; readonly isTag: boolean }

/**
 * The outputs and tags of a text, in their order; what is not closed is none. Takes time in proportion to the text: the same
 * as a regular expression looks on to the end of it behind each brace of `{{{{{{…`.
 */
export function* partsIn(source: string): Generator<Part> {
  const open = new Map([
    ['{', '}}'],
    ['%', '%}'],
  ])
  for (let at = source.indexOf('{'); at !== -1 && open.size > 0; at = source.indexOf('{', at)) {
    const sign = source[at + 1] ?? ''
    const close = open.get(sign)
    const end = close === undefined ? -1 : source.indexOf(close, at + 2)
    if (end === -1) {
      // Nothing behind this place closes such a part.
      if (close !== undefined) open.delete(sign)
      at += 1
      continue
    }
    yield { index: at, text: source.slice(at, end + 2), isTag: sign === '%' }
    at = end + 2
  }
}

/** The text with something else in place of each part. */
export function withParts(source: string, given: (part: Part) => string): string {
  let made = ''
  let from = 0
  for (const part of partsIn(source)) {
    made += source.slice(from, part.index) + given(part)
    from = part.index + part.text.length
  }
  return made + source.slice(from)
}

/** The text with something else in place of each output; tags stay. */
export const withOutputs = (source: string, given: string): string =>
  withParts(source, ({ text, isTag }) => (isTag ? text : given))
