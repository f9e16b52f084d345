/** Letters that people leave the accent off, or put one on, each with all its forms: databases do not fold them. */
const FORMS: Readonly<Record<string, string>> = {
  a: 'aàáâãäåAÀÁÂÃÄÅ',
  c: 'cçCÇ',
  e: 'eèéêëEÈÉÊË',
  i: 'iìíîïIÌÍÎÏ',
  n: 'nñNÑ',
  o: 'oòóôõöOÒÓÔÕÖ',
  u: 'uùúûüUÙÚÛÜ',
  y: 'yýÿYÝ',
}

/** Accents that stand behind their letter, as some systems write them. */
const COMBINING = '[\u0300-\u036f]?'

/**
 * A regular expression of PostgreSQL that finds what a person typed: anywhere in a text, large or small, with accents or
 * without. Nothing in what was typed steers it.
 */
export function looseText(typed: string): string {
  return [...typed.trim().replaceAll(/\s+/g, ' ').normalize('NFD').replaceAll(/\p{M}/gu, '')]
    .map((character) => {
      const forms = FORMS[character.toLowerCase()]
      if (forms !== undefined) return `[${forms}]${COMBINING}`
      if (/\s/.test(character)) return '\\s+'
      const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
      if (lower !== upper && lower.length === upper.length) return `[${lower}${upper}]`
      return /[\p{L}\p{N}]/u.test(character) ? character : `\\${character}`
    })
    .join('')
}
