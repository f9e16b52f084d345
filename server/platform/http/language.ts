/** The languages that the program's own pages speak. */
export type Language = 'es' | 'en'

const spoken = (tag: string): Language | null => {
  const language = tag.trim().toLowerCase().split(/[-_]/)[0]
  return language === 'es' || language === 'en' ? language : null
}

/** The tags of an `Accept-Language` in the order in which they are wanted. */
function accepted(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';')
      const q = parameters
        .map((text) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(text)?.[1])
        .find((value) => value !== undefined)
      return { tag, weight: q === undefined ? 1 : Number(q) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}

/**
 * The language of a page: the first that we speak of the reader's own locale, what their browser asks for, and the
 * language of last resort; else Spanish.
 */
export function languageOf(
  own: string | null,
  acceptLanguage: string | undefined,
  lastResort: string | null = null,
): Language {
  for (const tag of [own ?? '', ...accepted(acceptLanguage ?? ''), lastResort ?? '']) {
    const language = spoken(tag)
    if (language !== null) return language
  }
  return 'es'
}
